/**
 * @file Everything between a bare clone and the work: packages, an adapter, the environment of the work.
 * Nothing is done that is done already, and each thing that is done is said.
 */
import { describe, probeAdapter } from './adapter.mjs';
import { installDriver } from './driver-install.mjs';
import { checkDriverSettings } from './driver-settings.mjs';
import { ensurePackages } from './packages.mjs';
import { ensureRuntimeDirectory } from './runtime-directory.mjs';
import { StartError, say } from './say.mjs';

/**
 * @param {string} root the repository's folder
 * @param {{ needsAdapter: boolean }} needs
 */
export async function prepare(root, { needsAdapter }) {
  ensurePackages(root);
  ensureRuntimeDirectory(process.env);
  await checkDriverSettings(process.env);
  if (needsAdapter) ensureAdapter(root);
}

/**
 * Finds an adapter and names it; where there is none, installs a software driver or says how to.
 * @param {string} root
 */
function ensureAdapter(root) {
  const first = probeAdapter(process.env);
  if ('adapter' in first) return sayAdapter(first.adapter);
  installDriver(root, first.problem);
  const second = probeAdapter(process.env);
  if ('adapter' in second) return sayAdapter(second.adapter);
  throw new StartError(
    `The driver was installed, but there is still no WebGPU adapter: ${second.problem}. ` +
      "'vulkaninfo --summary' (package vulkan-tools) shows what the Vulkan loader sees.",
  );
}

/** @param {import('./adapter.mjs').Adapter} adapter */
function sayAdapter(adapter) {
  const choice = process.env.LONGHORIZON_ADAPTER;
  const asked = choice ? `; LONGHORIZON_ADAPTER asks for '${choice}'` : '';
  say(`WebGPU adapter: ${describe(adapter)}${asked}`);
}

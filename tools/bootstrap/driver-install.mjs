/**
 * @file Looks at the machine, and installs a software Vulkan driver where that is possible.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAptSources } from './apt-sources.mjs';
import { planDriver } from './driver-plan.mjs';
import { readDistribution } from './os-release.mjs';
import { StartError, say } from './say.mjs';

/**
 * Installs the driver, or throws with advice for the user where it may not or cannot.
 * @param {string} root the repository's folder
 * @param {string} problem why a driver is needed
 * @param {NodeJS.Platform} platform
 */
export function installDriver(root, problem, platform = process.platform) {
  if (platform !== 'linux') {
    throw new StartError(
      `No WebGPU adapter: ${problem}. On ${platform} the driver is part of the system: update the system or ` +
        'its graphics driver; a virtual machine needs its graphics acceleration switched on.',
    );
  }
  const plan = planDriver(lookAtMachine(root));
  if (plan.kind === 'advise') throw new StartError(`No WebGPU adapter: ${problem}. ${plan.advice}`);

  say(`no WebGPU adapter: ${problem}`);
  say(`installing ${plan.summary} (about a minute)`);
  if (plan.sourceFile !== undefined) writeSourceFile(plan.sourceFile);
  // A third-party source that fails does not matter here: whether the packages can be had, the next step tells.
  runApt(['update']);
  const release = plan.release === undefined ? [] : ['-t', plan.release];
  const install = ['install', '-y', '--no-install-recommends', ...release, ...plan.packages];
  if (!runApt(install)) {
    throw new StartError(
      `The driver could not be installed: 'apt-get ${install.join(' ')}' failed; see its report above. ` +
        'Run the same command again once that is fixed.',
    );
  }
}

/**
 * @param {string} root
 * @returns {import('./driver-plan.mjs').Machine}
 */
function lookAtMachine(root) {
  const selecting = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].find((name) => process.env[name]);
  return {
    distribution: readDistribution(),
    aptSources: readAptSources(),
    hasApt: existsSync('/usr/bin/apt-get'),
    isRoot: process.getuid?.() === 0,
    installedMesa: installedVersion('mesa-vulkan-drivers'),
    selectedDriver: selecting === undefined ? '' : `${selecting}=${process.env[selecting]}`,
    ownCommand: `${process.execPath} ${join(root, 'tools/start.mjs')} driver`,
  };
}

/** @param {{ path: string, text: string }} file */
function writeSourceFile({ path, text }) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  say(`writing ${path}`);
  writeFileSync(path, text, { mode: 0o644 });
}

/** @param {string} packageName */
function installedVersion(packageName) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation.
  const format = '${db:Status-Status} ${Version}';
  const query = spawnSync('dpkg-query', ['-W', '-f', format, packageName], { encoding: 'utf8' });
  const [status = '', version = ''] = (query.stdout ?? '').split(' ');
  return status === 'installed' ? version : '';
}

/**
 * Quiet unless it fails.
 * @param {readonly string[]} words
 * @returns {boolean} whether it succeeded
 */
function runApt(words) {
  const result = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (result.status !== 0) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  return result.status === 0;
}

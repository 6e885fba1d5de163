/**
 * @file What to do on a Linux machine where WebGPU finds no adapter: decided here from what is known of the machine,
 * carried out in driver-install.mjs.
 *
 * Lavapipe, Mesa's Vulkan driver for the CPU, is the software adapter of this project. Dawn needs a recent one: it
 * refuses Mesa 22.3, which Debian 12 ships ("shaderUniform*ArrayDynamicIndexing required"), and takes 25.0, which
 * bookworm-backports has.
 */
import { renderSource, sourceOfSuite } from './apt-sources.mjs';

/** @typedef {import('./os-release.mjs').Distribution} Distribution */
/** @typedef {import('./apt-sources.mjs').AptSource} AptSource */

/**
 * @typedef {object} Machine
 * @property {Distribution} distribution
 * @property {readonly AptSource[]} aptSources
 * @property {boolean} hasApt
 * @property {boolean} isRoot
 * @property {string} installedMesa version of the package mesa-vulkan-drivers; empty when it is not installed
 * @property {string} selectedDriver the environment variable that selects a driver, as `NAME=value`; empty when none
 * @property {string} ownCommand the command that installs the driver when root runs it
 */

/**
 * @typedef {object} InstallPlan
 * @property {'install'} kind
 * @property {readonly string[]} packages
 * @property {string | undefined} release what `apt-get install -t` gets
 * @property {{ path: string, text: string } | undefined} sourceFile a file to write before `apt-get update`
 * @property {string} summary
 */

/** @typedef {InstallPlan | { kind: 'advise', advice: string }} DriverPlan */

const packages = ['libvulkan1', 'mesa-vulkan-drivers'];
const sourceFilePath = '/etc/apt/sources.list.d/longhorizon-backports.sources';

/** The one command on distributions without apt, by the distribution's id. */
const otherCommands = {
  fedora: 'sudo dnf install -y mesa-vulkan-drivers vulkan-loader',
  rhel: 'sudo dnf install -y mesa-vulkan-drivers vulkan-loader',
  arch: 'sudo pacman -S --needed vulkan-swrast vulkan-icd-loader',
  suse: 'sudo zypper install -y libvulkan_lvp libvulkan1',
  opensuse: 'sudo zypper install -y libvulkan_lvp libvulkan1',
};

/**
 * @param {Machine} machine
 * @returns {DriverPlan}
 */
export function planDriver(machine) {
  const { distribution, installedMesa, selectedDriver } = machine;
  if (selectedDriver !== '') {
    return advise(
      `${selectedDriver} hides all other drivers. Unset it, or let it name a driver file that exists.`,
    );
  }
  if (!machine.hasApt) return adviseOther(distribution);

  const isDebian12 = distribution.id === 'debian' && distribution.version === '12';
  const isOlderDebian = distribution.id === 'debian' && Number(distribution.version || Infinity) < 12;
  if (isOlderDebian) {
    return advise(
      `${distribution.name} has no Vulkan software driver that is recent enough (Mesa 25 is known to work, 22 is not). ` +
        "Use Debian 12 or newer, or install the driver of the machine's GPU.",
    );
  }
  const isUsable = installedMesa !== '' && !(isDebian12 && majorVersion(installedMesa) <= 22);
  if (isUsable) {
    return advise(
      `The package mesa-vulkan-drivers ${installedMesa} is installed, so nothing more was tried. If it is old, ` +
        "update it (Mesa 25 is known to work); if the machine has a GPU, install that GPU's Vulkan driver.",
    );
  }
  if (!machine.isRoot)
    return advise(`This one command installs a software driver: sudo ${machine.ownCommand}`);
  return isDebian12 ? planBackports(machine) : planPlain();
}

/** @returns {DriverPlan} */
function planPlain() {
  return {
    kind: 'install',
    packages,
    release: undefined,
    sourceFile: undefined,
    summary: "Mesa's software Vulkan driver, from the distribution's own packages",
  };
}

/**
 * Debian 12: the suite `bookworm-backports` of the mirror that serves `bookworm`.
 * @param {Machine} machine
 * @returns {DriverPlan}
 */
function planBackports({ distribution, aptSources }) {
  const codename = distribution.codename || 'bookworm';
  const suite = `${codename}-backports`;
  const summary = `Mesa's software Vulkan driver, from ${suite}`;
  const isConfigured = sourceOfSuite(aptSources, suite) !== undefined;
  if (isConfigured) return { kind: 'install', packages, release: suite, sourceFile: undefined, summary };
  const base = sourceOfSuite(aptSources, codename) ?? sourceOfSuite(aptSources, 'oldstable');
  if (base === undefined) {
    return advise(
      `No apt source of this machine serves ${codename}, so there is no mirror to take ${suite} from. Add a source ` +
        `for ${suite}, then run: apt-get update && apt-get install -y -t ${suite} ${packages.join(' ')}`,
    );
  }
  const why = `Added by Longhorizon: a Vulkan software driver recent enough for WebGPU. Safe to remove.`;
  const sourceFile = { path: sourceFilePath, text: renderSource(base, suite, why) };
  return { kind: 'install', packages, release: suite, sourceFile, summary };
}

/**
 * @param {Distribution} distribution
 * @returns {DriverPlan}
 */
function adviseOther({ id, like, name }) {
  const command = Object.entries(otherCommands).find(([key]) => [id, ...like].includes(key))?.[1];
  if (command !== undefined) return advise(`This one command installs a software driver: ${command}`);
  return advise(
    `On ${name}, install a Vulkan loader and the Vulkan driver of the machine's GPU, or Mesa's software driver ` +
      '(lavapipe) 25 or newer.',
  );
}

/**
 * @param {string} advice
 * @returns {DriverPlan}
 */
function advise(advice) {
  return { kind: 'advise', advice };
}

/** @param {string} version a Debian version, for example `22.3.6-1+deb12u1` */
function majorVersion(version) {
  return Number.parseInt(version.replace(/^\d+:/, ''), 10);
}

/**
 * @file The builds for other platforms in package-lock.json.
 *
 * A package with native parts lists one optional package a platform. Where the registry in use does not have all of
 * them, npm leaves the others out of the lock file without a word, and then `npm ci` refuses the lock file on every
 * machine. What belongs there is known without the registry: name and version stand in the package that lists them,
 * system and processor in the name. Their checksums are asked of the registry (`complete.mjs`): without one, `npm ci` on
 * another platform would run native code that nothing has compared with what was locked here.
 */

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {boolean} [inBundle]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string} [license]
 * @property {readonly string[]} [os]
 * @property {readonly string[]} [cpu]
 * @property {readonly string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {{ packages: Record<string, LockEntry> }} LockFile */

/** @typedef {{ name: string, version: string, owner: LockEntry }} MissingPackage */

/**
 * Optional packages that some package of the lock file lists and that the lock file does not have.
 * @param {LockFile} lock
 * @returns {MissingPackage[]}
 */
export function missingPlatformPackages({ packages }) {
  return Object.entries(packages).flatMap(([path, owner]) =>
    Object.entries(owner.optionalDependencies ?? {})
      .filter(([name]) => !isFound(packages, path, name))
      .map(([name, version]) => ({ name, version, owner })),
  );
}

/**
 * Packages from a registry that the lock file has without a checksum.
 * @param {LockFile} lock
 * @returns {{ path: string, name: string, version: string }[]}
 */
export function withoutChecksum({ packages }) {
  return Object.entries(packages).flatMap(([path, { version, integrity, link, inBundle }]) => {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    if (name === undefined || version === undefined || link || inBundle || integrity !== undefined) return [];
    return [{ path, name, version }];
  });
}

/**
 * What npm would have written, less the checksum.
 * @param {MissingPackage} missing
 * @returns {LockEntry}
 */
export function platformEntry({ name, version, owner }) {
  const platform = platformOf(name);
  if (platform === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(
      `The lock file lacks the optional package ${name} ${version}, and its platform cannot be told from its name. ` +
        "Run 'npm install' with a registry that has it.",
    );
  }
  return {
    version,
    cpu: [platform.cpu],
    ...(owner.dev ? { dev: true } : {}),
    ...(platform.libc === undefined ? {} : { libc: [platform.libc] }),
    ...(owner.license === undefined ? {} : { license: owner.license }),
    optional: true,
    os: [platform.os],
  };
}

/**
 * As Node.js resolves: in the package's own node_modules, then in those of the folders above.
 * @param {Record<string, LockEntry>} packages
 * @param {string} path
 * @param {string} name
 */
function isFound(packages, path, name) {
  for (let folder = path; ; ) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
}

/** @param {string} name for example `@nx/nx-linux-x64-musl` */
function platformOf(name) {
  const match =
    /\b(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)\b/.exec(
      name,
    );
  if (match === null) return undefined;
  const [, os, cpu] = match;
  const libc =
    os !== 'linux' ? undefined : name.includes('musl') ? 'musl' : name.includes('gnu') ? 'glibc' : undefined;
  return { os: String(os), cpu: String(cpu), libc };
}

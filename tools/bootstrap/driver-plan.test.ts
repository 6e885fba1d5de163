import { describe, expect, test } from 'vitest';
import { parseDeb822Sources, parseOneLineSources } from './apt-sources.mjs';
import { type Machine, planDriver } from './driver-plan.mjs';
import { parseOsRelease } from './os-release.mjs';

const debian12: Machine = {
  distribution: parseOsRelease(
    'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"',
  ),
  aptSources: parseDeb822Sources(
    'Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm\nComponents: main\nSigned-By: /k.gpg',
  ),
  hasApt: true,
  isRoot: true,
  installedMesa: '',
  selectedDriver: '',
  ownCommand: '/usr/bin/node /clone/tools/start.mjs driver',
};

function advice(machine: Machine): string {
  const plan = planDriver(machine);
  if (plan.kind !== 'advise') throw new Error(`advice was expected, not ${JSON.stringify(plan)}`);
  return plan.advice;
}

describe('Debian 12', () => {
  test('takes the driver from the backports of its own mirror', () => {
    expect(planDriver(debian12)).toEqual({
      kind: 'install',
      packages: ['libvulkan1', 'mesa-vulkan-drivers'],
      release: 'bookworm-backports',
      sourceFile: {
        path: '/etc/apt/sources.list.d/longhorizon-backports.sources',
        text: `# Added by Longhorizon: a Vulkan software driver recent enough for WebGPU. Safe to remove.
Types: deb
URIs: http://mirror.example.org/debian
Suites: bookworm-backports
Components: main
Signed-By: /k.gpg
`,
      },
      summary: "Mesa's software Vulkan driver, from bookworm-backports",
    });
  });

  test('adds no source when backports are set up', () => {
    const backports = parseOneLineSources('deb http://b.example.org/debian bookworm-backports main');
    const plan = planDriver({ ...debian12, aptSources: [...debian12.aptSources, ...backports] });
    expect(plan).toMatchObject({ kind: 'install', release: 'bookworm-backports', sourceFile: undefined });
  });

  test('replaces its own Mesa 22, which Dawn refuses', () => {
    expect(planDriver({ ...debian12, installedMesa: '22.3.6-1+deb12u1' }).kind).toBe('install');
  });

  test('does not install again what is there', () => {
    expect(advice({ ...debian12, installedMesa: '25.0.7-2~bpo12+1' })).toContain(
      'mesa-vulkan-drivers 25.0.7-2~bpo12+1 is installed',
    );
  });

  test('without a mirror, says which source is missing', () => {
    expect(advice({ ...debian12, aptSources: [] })).toContain(
      'No apt source of this machine serves bookworm',
    );
  });

  test('without the right to install, prints the one command', () => {
    expect(advice({ ...debian12, isRoot: false })).toBe(
      'This one command installs a software driver: sudo /usr/bin/node /clone/tools/start.mjs driver',
    );
  });
});

describe('other machines', () => {
  const machine = (osRelease: string, rest: Partial<Machine> = {}): Machine => ({
    ...debian12,
    distribution: parseOsRelease(osRelease),
    ...rest,
  });

  test('newer Debian and Ubuntu take their own packages', () => {
    for (const osRelease of ['ID=debian\nVERSION_ID=13', 'ID=debian', 'ID=ubuntu\nVERSION_ID="24.04"']) {
      expect(planDriver(machine(osRelease))).toMatchObject({
        kind: 'install',
        release: undefined,
        sourceFile: undefined,
      });
    }
  });

  test('older Debian is told that there is no driver', () => {
    expect(advice(machine('ID=debian\nVERSION_ID=11\nPRETTY_NAME="Debian 11"'))).toContain(
      'Debian 11 has no Vulkan',
    );
  });

  test('Fedora, Arch and what derives from them get their own command', () => {
    expect(advice(machine('ID=fedora', { hasApt: false }))).toContain('sudo dnf install');
    expect(advice(machine('ID=manjaro\nID_LIKE=arch', { hasApt: false }))).toContain('sudo pacman -S');
  });

  test('an unknown distribution is told what to look for', () => {
    expect(advice(machine('ID=void\nPRETTY_NAME=Void', { hasApt: false }))).toContain(
      'On Void, install a Vulkan loader',
    );
  });

  test('a variable that hides all drivers is named, and nothing is installed', () => {
    expect(advice({ ...debian12, selectedDriver: 'VK_DRIVER_FILES=/gone.json' })).toContain(
      'VK_DRIVER_FILES=/gone.json hides all other drivers',
    );
  });
});

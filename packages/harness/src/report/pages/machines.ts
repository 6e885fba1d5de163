import { deviceOf } from '../../leaderboard/device.ts';
import type { Entry } from '../../leaderboard/entry.ts';
import { countText, percentText } from '../../leaderboard/format.ts';
import { distinct } from '../../leaderboard/problems.ts';
import { variablesText } from '../../record/device-key.ts';
import type { SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { type Page, pairs } from '../layout.ts';

/** On what the records were made, and how quiet it was. */
export function machinesPage(context: SiteContext): Page {
  const sections = context.devices.map((device) => {
    const records = context.current.filter((record) => deviceOf(record).id === device.id);
    const environments = distinct(records, (record) => record.environment.fingerprint);
    return html`<h2>${device.label}</h2>
${device.software ? html`<p><span class="badge calm">software adapter</span> Times reflect this processor, not a GPU. Bytes, counters and gradients are exact.</p>` : ''}
${environments.map((fingerprint) => environmentSection(records.filter((record) => record.environment.fingerprint === fingerprint)))}`;
  });
  const body = html`<h1>Machines</h1>
<p>Times of different devices never share a table. The fingerprint is a hash of everything listed here.</p>
${sections}`;
  return { path: 'machines.html', title: 'Machines', body };
}

function environmentSection(records: readonly Entry[]): Html {
  const first = records[0] as Entry;
  const { stable, fingerprint } = first.environment;
  const { adapter, cpu, os } = stable;
  const commits = distinct(
    records.filter((record) => record.code.commit !== null),
    (record) =>
      `${(record.code.commit ?? '').slice(0, 12)}${record.code.dirty === true ? ' with uncommitted changes' : ''}`,
  );
  const started = distinct(records, (record) => record.run.startedAt.slice(0, 10));
  return html`${pairs([
    ['Adapter', adapter?.description ?? 'none'],
    [
      'Vendor, architecture',
      adapter === null ? '' : [adapter.vendor, adapter.architecture].filter((text) => text !== '').join(', '),
    ],
    ['Backend', adapter?.backend ?? ''],
    ['Driver', adapter?.driver ?? ''],
    ['Toggles', adapter?.toggles.join(', ') ?? ''],
    ['Variables', variablesText({ stable })],
    ['Features', adapter?.features.join(', ') ?? ''],
    ['Processor', `${cpu.model}, ${cpu.logicalCores} logical cores`],
    ['Memory', `${stable.memoryGiB} GiB`],
    ['System', `${os.platform} ${os.release}, ${os.architecture}`],
    ['Node', stable.node ?? ''],
    ['Browser', stable.browser ?? ''],
    [
      'Packages',
      Object.entries(stable.packages)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Measured', started.length === 1 ? started[0] : `${started[0]} to ${started[started.length - 1]}`],
    ['Commits', commits.join(', ')],
    ['Records', countText(records.length)],
    ['Noise', noiseText(records)],
    ['Fingerprint', html`<code>${fingerprint.slice(0, 16)}</code>`],
  ])}
${adapter === null ? '' : html`<details><summary>Limits</summary>${pairs(Object.entries(adapter.limits).map(([name, value]) => [name, countText(value)] as const))}</details>`}`;
}

/** How often the controls found the machine quiet. */
function noiseText(records: readonly Entry[]): string {
  const watched = records.filter((record) => record.noise !== undefined);
  if (watched.length === 0) return 'not monitored';
  const quiet = watched.filter((record) => record.noise?.verdict === 'quiet').length;
  return `${percentText(quiet / watched.length)} of ${watched.length} monitored cells were quiet`;
}

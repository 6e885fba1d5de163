/** @file How a sweep stands, in words. */
import { statuses, statusWords } from '../cell/config.ts';
import { listOf, plural } from '../errors.ts';
import { groupedBy } from '../grouped.ts';
import { duration } from '../run/duration.ts';
import { type Answer, missingOf, type SweepState, type SweepTask } from './state.ts';

/** Clocks that are further apart are told of: which of two answers is the later one may then be judged wrongly. */
const clockSecondsWorthSaying = 30;
/** How many tasks or reasons are named. */
const mostNamed = 8;

/** What `sweep status` prints. */
export function statusText(folder: string, state: SweepState): string {
  const { sweep, rounds, tasks, answers } = state;
  const devices = [
    ...new Set(tasks.flatMap(({ starts }) => starts.flatMap(({ began }) => began?.device ?? []))),
  ];
  const head = [
    `Sweep in ${folder}: ${plural(sweep.cells, 'cell')} in ${plural(tasks.length, 'task')} and ${plural(rounds.length, 'round')}, engine ${sweep.engine.name}, commit ${sweep.commit?.slice(0, 7) ?? 'unknown'}.`,
    ...(devices.length === 0 ? [] : [`Measured on ${listOf(devices)}.`]),
  ];
  return [
    head.join('\n'),
    countsText(state),
    tasksText(tasks, answers),
    timeLeftText(state),
    failuresText(answers),
    overText(tasks, answers),
    clocksText(tasks),
    nextText(folder, state),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function countsText({ sweep, tasks, answers }: SweepState): string {
  const by = statuses
    .map((status) => ({ status, count: [...answers.values()].filter((one) => one.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${statusWords[status]}`);
  const open = (state: SweepTask['state']): number =>
    tasks
      .filter((task) => task.state === state)
      .reduce((sum, { cells }) => sum + cells.filter((cell) => !answers.has(cell)).length, 0);
  const running = open('running');
  const waiting = open('waiting');
  const lost = sweep.cells - answers.size - running - waiting;
  const row = (name: string, count: number, note = ''): string =>
    `  ${name.padEnd(10)}${String(count).padStart(9)}${note === '' ? '' : `  ${note}`}`;
  return [
    row('done', answers.size, by.join(', ')),
    row('running', running, plural(tasks.filter(({ state }) => state === 'running').length, 'task')),
    row('waiting', waiting, plural(tasks.filter(({ state }) => state === 'waiting').length, 'task')),
    row('missing', lost, lost > 0 ? 'their tasks are over' : ''),
  ].join('\n');
}

/** The tasks at work, and why others wait. */
function tasksText(tasks: readonly SweepTask[], answers: ReadonlyMap<string, Answer>): string {
  const running = tasks.filter(({ state }) => state === 'running');
  const lines = running.slice(0, mostNamed).map(({ writer, cells, starts }) => {
    const done = cells.filter((cell) => answers.has(cell)).length;
    const on = starts.at(-1)?.began?.node;
    const again = starts.length > 1 ? `, start ${starts.length}` : '';
    return `  ${writer}${on === undefined ? '' : ` on ${on}`}: ${done} of ${plural(cells.length, 'cell')}${again}`;
  });
  if (running.length > mostNamed) lines.push(`  and ${plural(running.length - mostNamed, 'more task')}`);
  const reasons = counted(
    tasks.filter(({ state }) => state === 'waiting').map(({ engine }) => engine?.said ?? 'not started'),
  );
  return [
    ...(lines.length === 0 ? [] : ['Running:', ...lines]),
    ...(reasons.length === 0
      ? []
      : [`Waiting: ${reasons.map(({ text, count }) => `${count} × ${text}`).join(', ')}`]),
  ].join('\n');
}

/** From what was expected of the tasks, put right by what the cells that ended took. */
function timeLeftText({ tasks, answers }: SweepState): string {
  const rest = (task: SweepTask): number =>
    (task.seconds * task.cells.filter((cell) => !answers.has(cell)).length) / task.cells.length;
  const ahead = tasks.filter(({ state }) => state !== 'over');
  if (ahead.length === 0) return '';
  const expected = tasks.reduce((sum, task) => sum + task.seconds - rest(task), 0);
  const took = [...answers.values()].reduce((sum, { ms }) => sum + ms / 1000, 0);
  const pace = expected > 0 && took > 0 ? took / expected : 1;
  const atOnce = Math.max(1, tasks.filter(({ state }) => state === 'running').length);
  const sum = ahead.reduce((total, task) => total + rest(task), 0);
  const longest = Math.max(...ahead.map(rest));
  const left = duration(1000 * pace * Math.max(longest, sum / atOnce));
  const compared = took > 0 ? `; cells take ${pace.toFixed(2)} times what was expected` : '';
  return `About ${left} left with ${plural(atOnce, 'task')} at once, waiting for machines not counted${compared}.`;
}

function failuresText(answers: ReadonlyMap<string, Answer>): string {
  const reasons = [...answers.values()]
    .filter(({ status }) => status !== 'ok' && status !== 'unsupported')
    .map(({ status, reason = '' }) => `${statusWords[status]}: ${reason}`);
  return named('Cells that failed:', reasons);
}

/** Tasks that are over and left cells without an answer, and why as far as anybody says. */
function overText(tasks: readonly SweepTask[], answers: ReadonlyMap<string, Answer>): string {
  const reasons = tasks
    .filter(({ state, cells }) => state === 'over' && cells.some((cell) => !answers.has(cell)))
    .map(({ starts, engine }) => {
      const last = starts.at(-1);
      if (last?.refused !== undefined) return `${last.refused.refused} (on ${last.refused.node})`;
      const said = engine?.said ?? 'it is not heard of any more';
      if (last === undefined)
        return `${said}: its program never began. Its log says more; where there is none, the folder is not on the nodes`;
      return last.stopped?.interrupted === true
        ? `${said}: it was told to stop`
        : `${said}: it ended in the middle`;
    });
  return named('Tasks that left cells without an answer:', reasons);
}

function clocksText(tasks: readonly SweepTask[]): string {
  const apart = tasks.flatMap(({ starts }) =>
    starts.flatMap(({ began }) =>
      began !== undefined && Math.abs(began.clockSeconds) > clockSecondsWorthSaying
        ? [
            `${began.node}: ${Math.round(Math.abs(began.clockSeconds))} s ${began.clockSeconds > 0 ? 'ahead' : 'behind'}`,
          ]
        : [],
    ),
  );
  return named(
    'Clocks that are not with the file server’s, so that of two answers to a cell the wrong one may count as the later:',
    apart,
  );
}

function nextText(folder: string, state: SweepState): string {
  const { sweep, tasks, answers } = state;
  const missing = missingOf(state);
  const isOver = tasks.every((task) => task.state === 'over');
  const lines = [];
  if (missing.length > 0) {
    const of = (because: string): number => missing.filter((one) => one.because === because).length;
    const parts = [
      ...(of('no answer') > 0 ? [`${of('no answer')} without an answer`] : []),
      ...(of('timeout') > 0 ? [`${of('timeout')} out of time, with more of it`] : []),
      ...(of('oom') > 0 ? [`${of('oom')} out of memory, with more of it`] : []),
    ];
    lines.push(
      `"bench sweep resume ${folder}" runs ${plural(missing.length, 'cell')} again: ${parts.join(', ')}.`,
    );
  }
  if (isOver && answers.size === sweep.cells) lines.push(balanceText(tasks));
  if (isOver && missing.length === 0)
    lines.push(`Nothing is left to run: "bench sweep collect ${folder}" gathers the records.`);
  return lines.filter((line) => line !== '').join('\n');
}

/** How long the tasks of the first round took beside each other, and beside what was expected. */
function balanceText(tasks: readonly SweepTask[]): string {
  const took = tasks
    .filter(({ round, starts }) => round === 1 && starts.length === 1 && starts[0]?.stopped !== undefined)
    .map(({ seconds, starts: [start] }) => ({
      seconds,
      actual: (Date.parse(start?.stopped?.stopped ?? '') - Date.parse(start?.began?.began ?? '')) / 1000,
    }));
  if (took.length < 2) return '';
  const mean = took.reduce((sum, { actual }) => sum + actual, 0) / took.length;
  const longest = Math.max(...took.map(({ actual }) => actual));
  const expected = took.reduce((sum, { seconds }) => sum + seconds, 0) / took.length;
  return `Tasks of round 1 that ran in one go took ${duration(1000 * mean)} in the mean and ${duration(1000 * longest)} at the longest (${(longest / mean).toFixed(2)} times); expected were ${duration(1000 * expected)}.`;
}

/** A heading and its lines, equal ones counted, the most frequent first. */
function named(heading: string, texts: readonly string[]): string {
  const lines = counted(texts);
  if (lines.length === 0) return '';
  const shown = lines.slice(0, mostNamed).map(({ text, count }) => `  ${count} × ${text}`);
  const more = lines.length > mostNamed ? [`  and ${plural(lines.length - mostNamed, 'other reason')}`] : [];
  return [heading, ...shown, ...more].join('\n');
}

function counted(texts: readonly string[]): readonly { readonly text: string; readonly count: number }[] {
  return [...groupedBy(texts, (text) => text)]
    .map(([text, equal]) => ({ text, count: equal.length }))
    .sort((a, b) => b.count - a.count);
}

/* "Run it on your GPU": cells of a profile run in a worker of this page, and their records stay in the browser's own database until they are downloaded.
   Nothing is sent anywhere. */
import { duration, openSession, plural, RemainingTime, workerExecutor } from '@longhorizon/harness/browser';
import { clear, createStore, set, values } from 'idb-keyval';
import { choicesOf } from './choices.ts';
import { resultColumns, resultRow } from './result-text.ts';

const find = (id) => document.getElementById(id);
const [choice, start, pause, download, remove] = ['profile', 'start', 'pause', 'download', 'remove'].map(
  find,
);
const [status, progress, counted, device, note, table] = [
  'status',
  'progress',
  'counted',
  'device',
  'note',
  'records',
].map(find);
const atWork = find('at-work');
const build = JSON.parse(find('build').textContent);

const choices = choicesOf(JSON.parse(find('suites').textContent));
const executor = workerExecutor(
  () => new Worker(new URL('programs/gpu-worker.js', document.baseURI), { type: 'module' }),
);

let environment;
let session;
let chosen;
let running;

const say = (sentence) => {
  status.textContent = sentence;
};
const warn = (sentence) => {
  note.textContent = sentence;
  note.hidden = sentence === '';
};

/** Records in the browser's database; without one (private windows of some browsers) they last as long as the page. */
function openShelf() {
  const store = createStore('longhorizon', 'records');
  return {
    load: async () => {
      try {
        return await values(store);
      } catch (error) {
        warn(
          `This browser keeps no records between visits (${error.message}). Download them before you close the page.`,
        );
        return [];
      }
    },
    put: (key, record) => set(key, record, store),
    clear: () => clear(store),
  };
}
const shelf = openShelf();

async function openDevice() {
  say('Opening the device …');
  environment = await executor.describe();
  const { adapter } = environment.stable;
  const named = [
    adapter.description,
    adapter.device,
    `${adapter.vendor} ${adapter.architecture}`.trim(),
  ].find((text) => text !== '');
  device.textContent = `${named ?? 'an adapter without a name'}${adapter.isFallback ? ' (a software adapter: the processor plays the GPU)' : ''}, ${environment.stable.browser}, ${environment.stable.os.platform}`;
}

async function choose() {
  chosen = choices.find(({ name }) => name === choice.value) ?? choices[0];
  const cells = chosen.cells();
  session = await openSession({
    cells,
    environment,
    codeHashOf: ({ suite }) => build.codeHashes[suite],
    code: build.code,
    executor,
    shelf,
    isHidden: () => document.hidden,
  });
  table.tBodies[0].replaceChildren();
  for (const record of session.records()) addRow(record);
  showProgress(remainingTime());
  const { length } = session.open();
  if (length === 0) say('All cells of this profile have a record. Download them.');
  else if (length < cells.length)
    say(
      `${plural(cells.length - length, 'cell')} of ${cells.length} were finished before. Start goes on from there.`,
    );
  else
    say(
      `${plural(cells.length, 'cell')} to run. Start when the machine has nothing else to do; pausing, or closing the page, keeps what is finished.`,
    );
  setRunning(false);
}

function addRow(record) {
  const row = document.createElement('tr');
  for (const [index, text] of resultRow(record, chosen.suite).entries()) {
    const isName = index === 0;
    const cell = document.createElement(isName ? 'th' : 'td');
    if (isName) cell.scope = 'row';
    if (index >= 2 && index <= 4) cell.className = 'number';
    if (index === 6) cell.className = 'prose';
    cell.textContent = text;
    row.append(cell);
  }
  if (record.status !== 'ok') row.className = 'not-ok';
  table.tBodies[0].prepend(row);
}

/** What is left, by what finished cells took. */
function remainingTime() {
  const remaining = new RemainingTime(session.open());
  for (const { config, run } of session.records()) remaining.learn({ config, durationMs: run.durationMs });
  return remaining;
}

function showProgress(remaining) {
  const [open, total] = [session.open().length, chosen.cells().length];
  progress.max = total;
  progress.value = total - open;
  const left = remaining.estimateMs();
  const time =
    open === 0
      ? ''
      : left === 0
        ? '; how long they take is known when the first has ended'
        : `; about ${duration(left)} left`;
  counted.textContent = `${total - open} of ${total} cells${time}`;
}

function setRunning(isRunning) {
  const hadFocus = [start, pause].includes(document.activeElement);
  start.disabled = isRunning || session === undefined || session.open().length === 0;
  pause.disabled = !isRunning;
  choice.disabled = isRunning;
  download.disabled = session === undefined || session.records().length === 0;
  remove.disabled = isRunning;
  // A button that is disabled loses the focus, and who works by keyboard their place.
  if (hadFocus) [pause, start, download].find((button) => !button.disabled)?.focus();
}

/** Runs what is open, unless another tab of this browser is at it. */
function begin() {
  warn('');
  return navigator.locks.request('longhorizon-run', { ifAvailable: true }, async (lock) => {
    if (lock === null)
      return say(
        'Another tab of this browser is running cells. Pause it there first: two at once would slow each other down.',
      );
    // Asked for while it is known why; a browser that says no keeps records as long as it has space.
    await navigator.storage?.persist?.().catch(() => false);
    running = new AbortController();
    setRunning(true);
    const all = chosen.cells();
    const remaining = remainingTime();
    showProgress(remaining);
    say('Running.');
    const began = all.length - session.open().length;
    const awake = await navigator.wakeLock?.request('screen').catch(() => undefined);
    const end = await session.run(running.signal, {
      // Read out by nobody: it changes several times a second.
      begin: ({ config }) => {
        atWork.textContent = `${config.method} on ${config.problem}, T = ${config.horizon}, p = ${config.dimension}, pass ${config.pass}`;
      },
      end: (record, cell) => {
        remaining.ended(cell, record.run.durationMs);
        addRow(record);
        showProgress(remaining);
        download.disabled = false;
      },
      note: warn,
    });
    await awake?.release().catch(() => {});
    atWork.textContent = '';
    running = undefined;
    setRunning(false);
    const now = all.length - session.open().length - began;
    if (end.kind === 'done') say(`Done: ${plural(all.length, 'cell')}. Download the records and send them.`);
    else if (end.kind === 'paused')
      say(`Paused after ${plural(now, 'cell')}. Start goes on from there, also after the page was closed.`);
    else {
      say('Stopped.');
      warn(end.sentence);
    }
  });
}

/** One file with a record a line, made here. */
function save() {
  const lines = session.records().map((record) => `${JSON.stringify(record)}\n`);
  const file = document.createElement('a');
  file.href = URL.createObjectURL(new Blob(lines, { type: 'application/x-ndjson' }));
  file.download = `longhorizon-${chosen.name.replace('/', '-')}-${new Date().toISOString().slice(0, 10)}.jsonl`;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000);
  say(`${plural(lines.length, 'record')} in ${file.download}.`);
}

start.addEventListener('click', () => {
  begin().catch((error) => {
    running = undefined;
    setRunning(false);
    say('Stopped.');
    warn(error.message);
  });
});
pause.addEventListener('click', () => {
  running?.abort();
  say('Pausing …');
});
download.addEventListener('click', save);
remove.addEventListener('click', async () => {
  if (!confirm('Remove all records of this site from the browser? What was not downloaded is lost.')) return;
  await shelf.clear().catch(() => {});
  await choose();
});
choice.addEventListener('change', () => {
  history.replaceState(null, '', `#${choice.value}`);
  choose();
});

const head = table.tHead.rows[0];
for (const [index, title] of resultColumns.entries()) {
  const cell = document.createElement('th');
  cell.scope = 'col';
  if (index >= 2 && index <= 4) cell.className = 'number';
  cell.textContent = title;
  head.append(cell);
}
for (const one of choices) {
  const option = document.createElement('option');
  option.value = one.name;
  option.textContent = `${one.suite.title}, ${one.profile}: ${plural(one.cells().length, 'cell')}`;
  choice.append(option);
}
const asked = location.hash.slice(1);
if (choices.some(({ name }) => name === asked)) choice.value = asked;

try {
  await openDevice();
  await choose();
} catch (error) {
  say('Nothing can be measured here.');
  warn(error.message);
  device.textContent = 'none';
}

/* The page of the playground: an editor, what a program says, and the plans, WGSL and bytes that it came to. Programs run in a worker of their own, and only
   when somebody presses Run: a link fills the editor and runs nothing. */
import { fragmentOf, readFragment } from './permalink.ts';

const find = (id) => document.getElementById(id);
const [editor, choice, run, stop, link, status] = ['program', 'example', 'run', 'stop', 'link', 'status'].map(
  find,
);
const [output, plans, planText, wgsl, memory, bytes] = [
  'output',
  'plans',
  'plan',
  'wgsl',
  'memory',
  'bytes',
].map(find);

const examples = new Map(JSON.parse(find('examples').textContent).map((example) => [example.name, example]));
const first = [...examples.keys()][0];

/** The worker at work, if there is one. */
let worker;

function say(sentence) {
  status.textContent = sentence;
}

function setRunning(isRunning) {
  const hadFocus = [run, stop].includes(document.activeElement);
  run.disabled = isRunning;
  stop.disabled = !isRunning;
  // A button that is disabled loses the focus, and who works by keyboard their place.
  if (hadFocus) (isRunning ? stop : run).focus();
}

function clearResults() {
  output.replaceChildren();
  plans.replaceChildren();
  bytes.replaceChildren();
  for (const one of [planText, wgsl, memory]) one.textContent = '';
  find('results').hidden = true;
}

function addLine(text, isError) {
  const line = document.createElement('span');
  line.textContent = `${text}\n`;
  if (isError) line.className = 'error';
  output.append(line);
}

function endWorker() {
  worker?.terminate();
  worker = undefined;
  setRunning(false);
}

/** A worker of text, which inherits this page's policy and so reaches nothing; it imports what programs need from this site. */
function startWorker() {
  const address = new URL('programs/playground-worker.js', document.baseURI).href;
  const text = new Blob([`await import(${JSON.stringify(address)});`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(text), { type: 'module' });
}

function runProgram() {
  endWorker();
  clearResults();
  setRunning(true);
  say('Running …');
  const program = editor.value;
  const own = startWorker();
  worker = own;
  own.onerror = (event) => {
    if (own !== worker) return;
    endWorker();
    say(`The program could not be started: ${event.message || 'its worker did not load. Reload the page'}.`);
  };
  own.onmessage = ({ data }) => {
    if (own !== worker) return;
    if (data.kind === 'ready') own.postMessage({ program });
    else if (data.kind === 'said') addLine(data.text, data.isError);
    else {
      endWorker();
      showEnd(data);
    }
  };
}

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function showEnd({ failure, claims, ms, planCount, plans: seen, bytes: devices }) {
  if (failure !== undefined) addLine(failure, true);
  const held = claims === 0 ? '' : `, ${plural(claims, 'assertion')} held`;
  const made = `${plural(planCount, 'plan')}${held}, ${(ms / 1000).toFixed(2)} s`;
  say(failure === undefined ? `Ended: ${made}.` : `Failed after ${made}: ${failure.split('\n')[0]}`);
  if (output.childNodes.length === 0) addLine('The program wrote nothing.', false);
  find('results').hidden = seen.length === 0;
  for (const [index, plan] of seen.entries()) {
    const option = document.createElement('option');
    option.value = String(index);
    option.textContent = `${index + 1}. ${plan.label}, ${plural(plan.dispatches, 'dispatch').replace(/hs$/, 'hes')}`;
    plans.append(option);
  }
  if (planCount > seen.length) addLine(`${planCount - seen.length} more plans are not listed.`, false);
  const show = () => {
    const plan = seen[Number(plans.value)];
    [planText.textContent, wgsl.textContent, memory.textContent] = [
      plan?.plan ?? '',
      plan?.wgsl ?? '',
      plan?.memory ?? '',
    ];
  };
  plans.onchange = show;
  if (seen.length > 0) show();
  for (const device of devices) showBytes(device);
}

function showBytes({ adapter, peak, live, peakByClass }) {
  const table = document.createElement('table');
  const caption = table.createCaption();
  caption.textContent = `Device buffers on ${adapter}`;
  const row = (name, value, isHead) => {
    const line = table.insertRow();
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    const cell = document.createElement('td');
    cell.className = 'number';
    cell.textContent = value.toLocaleString('en');
    line.append(head, cell);
    if (isHead) line.className = 'sum';
  };
  for (const [name, value] of Object.entries(peakByClass)) row(name, value, false);
  row('peak', peak, true);
  row('alive at the end', live, false);
  bytes.append(table);
}

function showExample(name) {
  const example = examples.get(name) ?? examples.get(first);
  choice.value = example.name;
  editor.value = example.program;
}

let waiting;
/** The address follows the editor, half a second behind. */
function follow() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const isExample = examples.get(choice.value)?.program === editor.value;
    const fragment = isExample ? `#example=${choice.value}` : await fragmentOf(editor.value);
    history.replaceState(null, '', fragment);
  }, 500);
}

async function readAddress() {
  const asked = await readFragment(location.hash);
  if (asked.kind === 'program') {
    editor.value = asked.text;
    choice.value = '';
    say('The link brought this program. Read it, then press Run.');
    return;
  }
  showExample(asked.kind === 'example' ? asked.name : first);
  if (asked.kind === 'damaged') say(asked.sentence);
  else if (asked.kind === 'example' && !examples.has(asked.name))
    say('There is no example of that name; the first is shown.');
  else say(ready());
}

function ready() {
  if (navigator.gpu !== undefined) return 'Ready. Ctrl + Enter runs the program.';
  return 'This browser has no WebGPU: graphs and float64 work, and openDevice says which browsers have it.';
}

run.addEventListener('click', runProgram);
stop.addEventListener('click', () => {
  endWorker();
  say('Stopped.');
});
editor.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    runProgram();
  }
});
editor.addEventListener('input', follow);
choice.addEventListener('change', () => {
  if (choice.value === '') return;
  showExample(choice.value);
  clearResults();
  say(ready());
  follow();
});
link.addEventListener('click', async () => {
  history.replaceState(null, '', await fragmentOf(editor.value));
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link is in the clipboard; it holds the program.');
  } catch {
    say('The link is in the address bar; it holds the program.');
  }
});
addEventListener('hashchange', readAddress);

setRunning(false);
await readAddress();
for (const one of [editor, choice, run, link]) one.removeAttribute('disabled');

/* What pages gain with JavaScript: sorting, filtering, highlighting one method, reading values off charts.
   Pages are complete without it. No requests, no storage, no libraries. */

/** The sort key of a cell: its data-value if it has one, else its text; numbers compare as numbers. */
function keyOf(cell) {
  const text = cell.dataset.value ?? cell.textContent.trim();
  const number = text === '' ? NaN : Number(text);
  return { text, number, empty: text === '' || Math.abs(number) === Infinity };
}

/** Ascending order; what is empty or missed goes last in both directions. */
function compare(a, b, sign) {
  if (a.empty !== b.empty) return a.empty ? 1 : -1;
  if (!Number.isNaN(a.number) && !Number.isNaN(b.number)) return sign * (a.number - b.number);
  return sign * a.text.localeCompare(b.text, 'en', { numeric: true });
}

/** The heads of single columns: the last row of a table's head. */
function headersOf(table) {
  return [...table.tHead.rows[table.tHead.rows.length - 1].cells];
}

function makeSortable(table) {
  const headers = headersOf(table);
  const body = table.tBodies[0];
  const said = document.createElement('span');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  table.closest('.scroll').before(said);
  headers.forEach((header, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener('click', () => {
      const descending = header.getAttribute('aria-sort') === 'ascending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
      rows.sort((a, b) => compare(a.key, b.key, descending ? -1 : 1));
      for (const { row } of rows) row.classList.remove('opens');
      body.append(...rows.map(({ row }) => row));
      said.textContent = `sorted by ${header.dataset.title}, ${descending ? 'descending' : 'ascending'}`;
    });
  });
}

const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `64 MiB` in bytes, and numbers as they are. */
function amountOf(text) {
  const [number, unit] = text.split(' ');
  return Number(number) * (units[unit] ?? 1);
}

/** Bounds that a column of bytes may be held to: those that some of its values keep and some do not. */
function boundsOf(cells) {
  const values = cells.map((cell) => keyOf(cell).number).filter(Number.isFinite);
  const bounds = [
    '16 KiB',
    '64 KiB',
    '256 KiB',
    '1 MiB',
    '4 MiB',
    '16 MiB',
    '64 MiB',
    '256 MiB',
    '1 GiB',
    '4 GiB',
  ];
  const least = bounds.findIndex((bound) => values.some((value) => value <= amountOf(bound)));
  const all = bounds.findIndex((bound) => values.every((value) => value <= amountOf(bound)));
  return bounds.slice(Math.max(0, least), Math.max(all, bounds.indexOf('64 MiB')) + 1);
}

/** A choice of a column: which values it offers, and whether a cell passes one of them. */
function choiceOf(header, cells) {
  if (header.dataset.filter === 'most') {
    return {
      label: `${header.dataset.title} at most`,
      values: boundsOf(cells),
      passes: (cell, wanted) => keyOf(cell).number <= amountOf(wanted),
    };
  }
  const values = [...new Map(cells.map((cell) => [cell.textContent.trim(), keyOf(cell)]))];
  values.sort((a, b) => compare(a[1], b[1], 1));
  return {
    label: header.dataset.title,
    values: values.map(([text]) => text),
    passes: (cell, wanted) => cell.textContent.trim() === wanted,
  };
}

/** What the address says of a table's filters: `#T=1000&Peak memory=64 MiB`. */
function addressed() {
  const hash = location.hash.slice(1);
  return new URLSearchParams(hash.includes('=') ? hash : '');
}

function makeFilterable(table) {
  const headers = headersOf(table);
  const body = table.tBodies[0];
  const isAddressed = 'addressed' in table.dataset;
  const count = document.createElement('span');
  count.className = 'count';
  count.setAttribute('role', 'status');
  const filters = document.createElement('div');
  filters.className = 'filters';
  const choices = [];
  const apply = () => {
    let shown = 0;
    for (const row of body.rows) {
      const hidden = choices.some(
        ({ column, select, passes }) => select.value !== '' && !passes(row.cells[column], select.value),
      );
      row.hidden = hidden;
      if (!hidden) shown++;
    }
    count.textContent = shown === body.rows.length ? '' : `${shown} of ${body.rows.length} rows`;
  };
  const toAddress = () => {
    if (!isAddressed) return;
    const wanted = choices.filter(({ select }) => select.value !== '');
    const said = wanted.map(({ title, select }) => [title, select.value].map(encodeURIComponent).join('='));
    history.replaceState(null, '', said.length === 0 ? location.pathname : `#${said.join('&')}`);
  };
  headers.forEach((header, column) => {
    if (!('filter' in header.dataset)) return;
    const {
      label: text,
      values,
      passes,
    } = choiceOf(
      header,
      [...body.rows].map((row) => row.cells[column]),
    );
    if (values.length < 2) return;
    const select = document.createElement('select');
    select.append(new Option('all', ''), ...values.map((value) => new Option(value, value)));
    select.addEventListener('change', () => {
      apply();
      toAddress();
    });
    const label = document.createElement('label');
    label.append(text, select);
    filters.append(label);
    choices.push({ column, select, passes, title: header.dataset.title });
  });
  if (filters.childElementCount === 0) return;
  filters.append(count);
  table.closest('.scroll').before(filters);
  if (!isAddressed) return;
  const fromAddress = () => {
    const said = addressed();
    for (const { select, title } of choices) {
      const value = said.get(title) ?? '';
      select.value = [...select.options].some((option) => option.value === value) ? value : '';
    }
    apply();
  };
  window.addEventListener('hashchange', fromAddress);
  fromAddress();
}

/** Marks in charts say `method · …` in their labels. */
function markCharts() {
  for (const mark of document.querySelectorAll('svg.marks [data-label]')) {
    mark.dataset.method = mark.dataset.label.split(' · ')[0];
  }
}

function makeKey(key) {
  const highlight = (method) => {
    for (const mark of document.querySelectorAll('svg.marks [data-method]')) {
      mark.classList.toggle('dim', method !== null && mark.dataset.method !== method);
    }
  };
  let pressed = null;
  for (const item of key.querySelectorAll('li')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.append(...item.childNodes);
    item.append(button);
    const method = item.dataset.method;
    button.addEventListener('mouseenter', () => highlight(method));
    button.addEventListener('mouseleave', () => highlight(pressed));
    button.addEventListener('click', () => {
      pressed = pressed === method ? null : method;
      for (const other of document.querySelectorAll('.key button')) {
        other.setAttribute('aria-pressed', String(other.parentElement.dataset.method === pressed));
      }
      highlight(pressed);
    });
  }
}

function showTips() {
  const tip = document.createElement('div');
  tip.id = 'tip';
  tip.hidden = true;
  document.body.append(tip);
  document.addEventListener('pointermove', (event) => {
    const mark = event.target.closest?.('svg.marks [data-method]');
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.label.replace(/ · $/, '');
    const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${event.clientY + 16}px`;
  });
}

for (const table of document.querySelectorAll('table[data-sortable]')) {
  makeFilterable(table);
  makeSortable(table);
}
markCharts();
for (const key of document.querySelectorAll('.key')) makeKey(key);
showTips();

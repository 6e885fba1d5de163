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

function makeSortable(table) {
  const headers = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
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
    });
  });
}

function makeFilterable(table) {
  const headers = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const wanted = new Map();
  const count = document.createElement('span');
  count.className = 'count';
  count.setAttribute('aria-live', 'polite');
  const apply = () => {
    let shown = 0;
    for (const row of body.rows) {
      const hidden = [...wanted].some(
        ([column, value]) => value !== '' && row.cells[column].textContent.trim() !== value,
      );
      row.hidden = hidden;
      if (!hidden) shown++;
    }
    count.textContent = shown === body.rows.length ? '' : `${shown} of ${body.rows.length} rows`;
  };
  const filters = document.createElement('div');
  filters.className = 'filters';
  headers.forEach((header, column) => {
    if (!('filter' in header.dataset)) return;
    const cells = [...body.rows].map((row) => row.cells[column]);
    const values = [...new Map(cells.map((cell) => [cell.textContent.trim(), keyOf(cell)]))];
    if (values.length < 2) return;
    values.sort((a, b) => compare(a[1], b[1], 1));
    const select = document.createElement('select');
    select.append(new Option('all', ''), ...values.map(([text]) => new Option(text, text)));
    select.addEventListener('change', () => {
      wanted.set(column, select.value);
      apply();
    });
    const label = document.createElement('label');
    label.append(header.textContent.trim(), select);
    filters.append(label);
  });
  if (filters.childElementCount === 0) return;
  filters.append(count);
  table.closest('.scroll').before(filters);
}

/** Marks in charts say `method · …` in their labels. */
function markCharts() {
  for (const mark of document.querySelectorAll('svg.marks [aria-label*=" · "]')) {
    mark.dataset.method = mark.getAttribute('aria-label').split(' · ')[0];
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
    tip.textContent = mark.getAttribute('aria-label');
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

import { expect, it } from 'vitest';
import { sitePages } from '../build.ts';
import { syntheticRecords } from '../fixture/records.ts';
import { syntheticDescription } from '../fixture/suites.ts';

const bins = [
  { count: 0, confidence: 0, accuracy: 0 },
  { count: 30, confidence: 0.9, accuracy: 0.75 },
];
const some = syntheticRecords().filter(({ config }) => config.suite === 'few-shot' && config.horizon === 5);

it('a page shows how sure networks are where records say so, and does not exist otherwise', async () => {
  expect((await sitePages(some, syntheticDescription)).has('calibration.html')).toBe(false);
  const records = some.map((record) =>
    record.config.method === 'maml' ? { ...record, details: { reliability: bins } } : record,
  );
  const seeds = records.filter(({ details }) => details?.reliability === bins).length;
  const page = (await sitePages(records, syntheticDescription)).get('calibration.html') ?? '';
  expect(seeds).toBeGreaterThan(1);
  expect(page).toContain(`90.0 % sure · 75.0 % right · ${30 * seeds} predictions`);
  expect(page).not.toContain('<figcaption>reptile');
  // An empty bin has no bar, but its count is in the table.
  expect(page.match(/ right · /g)).toHaveLength(1);
  expect(page).toContain('50 % and more');
});

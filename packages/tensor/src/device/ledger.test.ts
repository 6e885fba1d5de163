import { describe, expect, test } from 'vitest';
import { DeviceUsageError, LeakError } from './errors.ts';
import { Ledger } from './ledger.ts';

describe('ledger', () => {
  test('counts live bytes in total and by class', () => {
    const ledger = new Ledger();
    const weights = ledger.allocate({ label: 'w', bytes: 100, classes: { weights: 100 } });
    ledger.allocate({ label: 'arena', bytes: 60, classes: { residuals: 40, padding: 20 } });
    expect(ledger.live).toBe(160);
    expect(ledger.liveByClass()).toMatchObject({ weights: 100, residuals: 40, padding: 20, scratch: 0 });
    ledger.free(weights);
    ledger.free(weights);
    expect(ledger.live).toBe(60);
    expect(ledger.liveByClass().weights).toBe(0);
  });

  test('keeps the make-up of the peak from the moment of the peak', () => {
    const ledger = new Ledger();
    const first = ledger.allocate({ label: 'a', bytes: 100, classes: { scratch: 100 } });
    ledger.free(first);
    ledger.allocate({ label: 'b', bytes: 90, classes: { checkpoints: 90 } });
    expect(ledger.peak).toBe(100);
    expect(ledger.peakByClass()).toMatchObject({ scratch: 100, checkpoints: 0 });
    ledger.allocate({ label: 'c', bytes: 20, classes: { tangents: 20 } });
    expect(ledger.peak).toBe(110);
    expect(ledger.peakByClass()).toMatchObject({ scratch: 0, checkpoints: 90, tangents: 20 });
  });

  test('a peak that is reached again keeps the make-up that it had the first time', () => {
    const ledger = new Ledger();
    ledger.free(ledger.allocate({ label: 'first', bytes: 100, classes: { scratch: 100 } }));
    ledger.allocate({ label: 'second', bytes: 100, classes: { weights: 100 } });
    expect(ledger.peakByClass()).toMatchObject({ scratch: 100, weights: 0 });
  });

  test('starts the peak again from what is live', () => {
    const ledger = new Ledger();
    const big = ledger.allocate({ label: 'big', bytes: 1000, classes: { data: 1000 } });
    ledger.allocate({ label: 'small', bytes: 8, classes: { data: 8 } });
    ledger.free(big);
    ledger.resetPeak();
    expect(ledger.peak).toBe(8);
    expect(ledger.peakByClass().data).toBe(8);
  });

  test('tells the peak with and without staging, which need not fall on one moment', () => {
    const ledger = new Ledger();
    const staging = ledger.allocate({ label: 's', bytes: 500, classes: { staging: 500 } });
    const early = ledger.allocate({ label: 'w', bytes: 10, classes: { weights: 10 } });
    ledger.free(staging);
    ledger.free(early);
    ledger.allocate({ label: 'v', bytes: 40, classes: { weights: 40 } });
    expect(ledger.peak).toBe(510);
    expect(ledger.withoutStaging.peak).toBe(40);
    expect(ledger.withoutStaging.byClass()).toMatchObject({ weights: 40, staging: 0 });
  });

  test('a peak without staging leaves out what is staged at that moment, from its start on', () => {
    const ledger = new Ledger();
    ledger.allocate({ label: 's', bytes: 500, classes: { staging: 500 } });
    ledger.allocate({ label: 'w', bytes: 10, classes: { weights: 10 } });
    expect(ledger.withoutStaging.byClass()).toMatchObject({ weights: 10, staging: 0 });
    ledger.resetPeak();
    expect(ledger.withoutStaging.peak).toBe(10);
    expect(ledger.watch({ except: ['weights'] }).byClass()).toMatchObject({ weights: 0, staging: 500 });
  });

  test('a watch follows one phase and stops with it', () => {
    const ledger = new Ledger();
    ledger.allocate({ label: 'before', bytes: 10, classes: { data: 10 } });
    const watch = ledger.watch();
    ledger.free(ledger.allocate({ label: 'during', bytes: 5, classes: { scratch: 5 } }));
    watch.stop();
    ledger.allocate({ label: 'after', bytes: 50, classes: { scratch: 50 } });
    expect(watch.peak).toBe(15);
    expect(ledger.peak).toBe(60);
  });

  test('an emptied ledger holds nothing of any class', () => {
    const ledger = new Ledger();
    const all = Array.from({ length: 50 }, (_, index) =>
      ledger.allocate({
        label: `${index}`,
        bytes: 3 * index,
        classes: { scratch: index, residuals: 2 * index },
      }),
    );
    for (const allocation of all.reverse()) ledger.free(allocation);
    expect(ledger.live).toBe(0);
    expect(new Set(Object.values(ledger.liveByClass()))).toEqual(new Set([0]));
    expect(ledger.peak).toBe((3 * 49 * 50) / 2);
  });

  test('names a leak with class, bytes and place; pooled allocations and older ones are none', () => {
    const ledger = new Ledger();
    ledger.allocate({ label: 'older', bytes: 4, classes: { data: 4 } });
    const mark = ledger.mark();
    ledger.allocate({ label: 'pool', bytes: 4, classes: { staging: 4 }, pooled: true });
    expect(() => ledger.assertNoLeaks(mark)).not.toThrow();
    ledger.allocate({
      label: 'momentum',
      bytes: 64,
      classes: { 'optimiser state': 64 },
      site: 'build (sgd.ts:7:1)',
    });
    expect(() => ledger.assertNoLeaks(mark)).toThrow(LeakError);
    expect(() => ledger.assertNoLeaks(mark)).toThrowErrorMatchingInlineSnapshot(`
      [LeakError: 1 buffer was never destroyed (64 bytes):
        #3 'momentum', 64 bytes (optimiser state 64), created by build (sgd.ts:7:1)]
    `);
    expect(ledger.leaks().map((leak) => leak.label)).toEqual(['older', 'momentum']);
  });

  test('refuses classes that do not add up, are unknown or are no whole number of bytes', () => {
    const ledger = new Ledger();
    expect(() => ledger.allocate({ label: 'x', bytes: 10, classes: { data: 9 } })).toThrow(/add up to 9/);
    const unknown = { wights: 4 } as Record<string, number>;
    expect(() => ledger.allocate({ label: 'x', bytes: 4, classes: unknown })).toThrow(/byte class 'wights'/);
    expect(() => ledger.allocate({ label: 'x', bytes: 1.5, classes: { data: 1.5 } })).toThrow(
      DeviceUsageError,
    );
    expect(() => ledger.allocate({ label: 'x', bytes: 0, classes: { data: -4, scratch: 4 } })).toThrow(
      /-4 bytes/,
    );
    expect(ledger.live).toBe(0);
  });
});

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunError, UsageError } from '../errors.ts';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import { writeFileAtomic } from './atomic.ts';
import { lockFolder } from './lock.ts';
import { openStore } from './store.ts';

/** Calls of the file system that a test may watch, and make fail. */
type Call = 'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync';
const calls: readonly Call[] = ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync'];
const original = Object.fromEntries(calls.map((name) => [name, fs[name]])) as unknown as Pick<
  typeof fs,
  Call
>;

/** Lets `before` see every call; what it throws is what the system says. */
function watch(before: (name: Call, argument: unknown) => void): void {
  for (const name of calls) {
    const real = original[name] as (...words: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...words: unknown[]) => {
        before(name, words[0]);
        return real(...words);
      },
    });
  }
  syncBuiltinESMExports();
}

function unwatch(): void {
  Object.assign(fs, original);
  syncBuiltinESMExports();
}

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'harness-faults-'));
});
afterEach(() => {
  unwatch();
  fs.rmSync(folder, { recursive: true, force: true });
});

const whole = { index: 1, count: 1 };
const lockPath = () => join(folder, '.locks', 'shard-1-of-1.json');

describe('an atomic write', () => {
  const path = () => join(folder, 'records', 'one.json');
  const write = (text: string) => writeFileAtomic(path(), text, join(folder, 'temporary'));

  it('flushes the file before it takes its name, and the folder after', () => {
    const seen: string[] = [];
    const names = new Map<unknown, string>();
    watch((name, argument) => {
      if (name === 'openSync') names.set('last', String(argument).endsWith('.tmp') ? 'file' : 'folder');
      seen.push(name === 'openSync' || name === 'fsyncSync' ? `${name} ${names.get('last')}` : name);
    });
    write('content');
    expect(seen).toEqual([
      'openSync file',
      'writeSync',
      'fsyncSync file',
      'closeSync',
      'renameSync',
      'openSync folder',
      'fsyncSync folder',
      'closeSync',
    ]);
  });

  it('that fails at any call leaves the file whole, old or new, and nothing beside it', () => {
    for (let failing = 0; failing < 8; failing++) {
      write('before');
      let count = 0;
      watch(() => {
        if (count++ !== failing) return;
        throw Object.assign(new Error('injected'), { code: 'EIO', syscall: 'test' });
      });
      expect(() => write('after'), `call ${failing}`).toThrow('injected');
      unwatch();
      expect(fs.readFileSync(path(), 'utf8')).toBe(failing <= 4 ? 'before' : 'after');
      expect(fs.readdirSync(join(folder, 'temporary'))).toEqual([]);
    }
  });
});

describe('a lock', () => {
  it('gives way to another run that took an overlapping one between its two looks', () => {
    const other = join(folder, '.locks', 'shard-1-of-2.json');
    watch((name, argument) => {
      if (name !== 'openSync' || argument !== lockPath()) return;
      const started = fs
        .readFileSync('/proc/self/stat', 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19];
      fs.writeFileSync(other, JSON.stringify({ host: hostname(), pid: process.pid, started }));
    });
    expect(() => lockFolder(folder, whole)).toThrow(/Another run \(process/);
    unwatch();
    expect(fs.readdirSync(join(folder, '.locks'))).toEqual(['shard-1-of-2.json']);
  });

  it('of a dead run that another takes over first is put back for that one', () => {
    fs.mkdirSync(join(folder, '.locks'));
    fs.writeFileSync(lockPath(), JSON.stringify({ host: hostname(), pid: 2 ** 30, started: '1' }));
    const theirs = JSON.stringify({ host: 'elsewhere', pid: 7, started: null });
    watch((name, argument) => {
      if (name === 'renameSync' && argument === lockPath()) fs.writeFileSync(lockPath(), theirs);
    });
    expect(() => lockFolder(folder, whole)).toThrow('Another run (process 7 on elsewhere) is writing');
    unwatch();
    expect(fs.readFileSync(lockPath(), 'utf8')).toBe(theirs);
    expect(fs.readdirSync(join(folder, '.locks'))).toEqual(['shard-1-of-1.json']);
  });

  it('that a run which then died took in between is taken over', () => {
    let once = true;
    watch((name, argument) => {
      if (name !== 'openSync' || argument !== lockPath() || !once) return;
      once = false;
      fs.writeFileSync(lockPath(), JSON.stringify({ host: hostname(), pid: 2 ** 30, started: '1' }));
    });
    const lock = lockFolder(folder, whole);
    lock.check();
    lock.release();
    expect(fs.readdirSync(join(folder, '.locks'))).toEqual([]);
  });

  it.each([
    'null',
    '',
    '{',
    '[]',
    '"text"',
    '{"host":"x","pid":-1,"started":null}',
    '{"host":"x","pid":"7"}',
  ])('that says %j is nobody’s as soon as it is old', (content) => {
    fs.mkdirSync(join(folder, '.locks'));
    fs.writeFileSync(lockPath(), content);
    expect(() => lockFolder(folder, whole)).toThrow(/^Another run is writing to/);
    fs.utimesSync(lockPath(), 1, 1);
    lockFolder(folder, whole).release();
  });

  it('does not mind other files beside it', () => {
    fs.mkdirSync(join(folder, '.locks'));
    for (const name of ['.nfs0001', 'README', 'shard-1-of-1.json.stale-7', '7'])
      fs.writeFileSync(join(folder, '.locks', name), '7');
    lockFolder(folder, whole).release();
  });

  it('whose process cannot be told from a later one counts as long as its heart beats', () => {
    fs.mkdirSync(join(folder, '.locks'));
    // As written where there is no /proc: the number is that of a living process.
    fs.writeFileSync(lockPath(), JSON.stringify({ host: hostname(), pid: process.pid, started: null }));
    expect(() => lockFolder(folder, whole)).toThrow(`process ${process.pid}`);
    fs.utimesSync(lockPath(), 1, 1);
    lockFolder(folder, whole).release();
  });

  it('of another run is left alone when this one ends', () => {
    const lock = lockFolder(folder, whole);
    fs.writeFileSync(lockPath(), JSON.stringify({ host: 'elsewhere', pid: 1, started: null }));
    expect(() => lock.check()).toThrow(RunError);
    lock.release();
    expect(fs.existsSync(lockPath())).toBe(true);
  });
});

describe('a store whose folder is taken away', () => {
  const record = fixtureRecord(fullMeasurement);

  it.each(['.', '.locks'])('(%s removed) writes nothing more and says so', (removed) => {
    const store = openStore(folder);
    store.append(record);
    fs.rmSync(join(folder, removed), { recursive: true });
    expect(() => store.append(record)).toThrow(/lock of this run.*is gone.*goes on from there/s);
    expect(fs.existsSync(join(folder, 'records'))).toBe(removed === '.locks');
    store.close();
  });

  it('counts its records at the end', () => {
    const store = openStore(folder);
    store.append(record);
    store.append(record);
    store.check();
    fs.rmSync(join(folder, 'records'), { recursive: true });
    expect(() => store.check()).toThrow(/2 of the 2 records that this run wrote .* are gone/);
    store.close();
  });

  it('on a full disk ends with a sentence for a failure, not for a mistake', () => {
    const store = openStore(folder);
    watch((name) => {
      if (name === 'writeSync')
        throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
    });
    const attempt = () => store.append(record);
    expect(attempt).toThrow(RunError);
    expect(attempt).toThrow(/there is no space left/);
    unwatch();
    store.close();
    expect(new RunError('').exitCode).toBe(1);
    expect(new UsageError('').exitCode).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { quoted } from './shell.ts';
import { slurmEngine, taskState } from './slurm.ts';

describe('the engine slurm', () => {
  const array = {
    ...{ name: 'r2-a3', folder: '/shared/a sweep', firstTask: 1001, lastTask: 1004 },
    ...{ memoryMiB: 8192, minutes: 75, command: ['node', 'it’s'], workingFolder: '/home/me/repository' },
  };

  it('writes a script whose tasks count on from the first of the array', () => {
    const { fileName, text } = slurmEngine({
      ...{ cpus: 3, atOnce: 2, options: ['--qos=long'], setup: ['module load nodejs'] },
    }).script(array);
    expect(fileName).toBe('r2-a3.sbatch');
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '#!/bin/sh',
        '#SBATCH --array=1-4%2',
        '#SBATCH --mem=8192M',
        '#SBATCH --time=75',
        '#SBATCH --requeue',
        '#SBATCH --signal=B:TERM@60',
        '#SBATCH --qos=long',
        'module load nodejs',
        `exec node 'it’s' "$((SLURM_ARRAY_TASK_ID + 1000))"`,
      ]),
    );
    expect(text.indexOf('#SBATCH --qos')).toBeLessThan(text.indexOf('module load'));
  });

  it('knows Slurm’s states', () => {
    // The states of squeue and sacct (Slurm 22.05 and later).
    for (const word of ['PENDING', 'REQUEUED', 'SUSPENDED', 'CONFIGURING'])
      expect(taskState(word, 'None').state).toBe('waiting');
    for (const word of ['RUNNING', 'COMPLETING']) expect(taskState(word, 'None').state).toBe('running');
    for (const word of ['FAILED', 'TIMEOUT', 'OUT_OF_MEMORY', 'NODE_FAIL', 'CANCELLED by 1000', 'PREEMPTED'])
      expect(taskState(word, 'None').state).toBe('failed');
    expect(taskState('COMPLETED', 'None')).toEqual({ state: 'ended', said: 'COMPLETED' });
    expect(taskState('PENDING', 'Priority').said).toBe('PENDING (Priority)');
  });
});

describe('quoted', () => {
  it('gives words that a shell reads back', () => {
    expect(quoted('/plain/path-1.txt')).toBe('/plain/path-1.txt');
    expect(quoted("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    expect(quoted('')).toBe("''");
  });
});

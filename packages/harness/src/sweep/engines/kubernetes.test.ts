import { Job } from 'kubernetes-models/batch/v1';
import { describe, expect, it } from 'vitest';
import { jobOf, kubernetesEngine } from './kubernetes.ts';

const array = {
  ...{ name: 'r1-a1', folder: '/shared/sweep', firstTask: 11, lastTask: 30, memoryMiB: 4096, minutes: 90 },
  command: ['node', 'start.mjs', 'bench', 'sweep', 'task', '/shared/sweep', '1'],
  workingFolder: '/repository',
};
const options = { image: 'registry.example/longhorizon:1', claim: 'shared', cpus: 2, gpus: '1', atOnce: 4 };

describe('the engine kubernetes', () => {
  it('writes an Indexed Job that the published schema takes', () => {
    const job = jobOf(array, options);
    expect(() => new Job(job as ConstructorParameters<typeof Job>[0]).validate()).not.toThrow();
    const wrong: Record<string, unknown> = {
      ...job,
      spec: { ...(job.spec as object), completions: 'twenty' },
    };
    expect(() => new Job(wrong as ConstructorParameters<typeof Job>[0]).validate()).toThrow(/completions/);
    expect(job).toMatchObject({
      spec: { completionMode: 'Indexed', completions: 20, parallelism: 4 },
    });
  });

  it('counts tasks on from the first of the array', () => {
    const text = kubernetesEngine(options).script(array).text;
    const [container] = JSON.parse(text).spec.template.spec.containers;
    expect(container.command[2]).toBe(
      'exec node start.mjs bench sweep task /shared/sweep 1 "$((JOB_COMPLETION_INDEX + 11))"',
    );
    expect(container.resources.limits).toEqual({ cpu: '2', memory: '4096Mi', 'nvidia.com/gpu': '1' });
  });
});

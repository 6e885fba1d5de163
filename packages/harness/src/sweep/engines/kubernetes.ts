/**
 * @file Kubernetes: an array of tasks is an Indexed Job. Its manifest is held to the published schema by a test, and was run on no cluster. JSON is YAML,
 * and kubectl takes both.
 */
import { UsageError } from '../../errors.ts';
import type { Engine, TaskArray } from '../engine.ts';
import { shellLine } from './shell.ts';

/** What a manifest needs besides an array. */
export interface KubernetesOptions {
  /** An image that holds the repository at the working folder's path, with its packages, and a Vulkan driver. */
  readonly image: string;
  /** The claim of a volume that all pods mount at the sweep's folder. */
  readonly claim: string;
  readonly cpus: number;
  /** Of `nvidia.com/gpu`, for each task. */
  readonly gpus?: string;
  /** At most so many tasks of an array at once. */
  readonly atOnce?: number;
}

/** How often Kubernetes starts a task again whose pod was evicted or whose node was lost. */
const mostRestarts = 6;

/** The engine that writes Indexed Jobs for the user to apply. */
export function kubernetesEngine(options: KubernetesOptions): Engine {
  return {
    name: 'kubernetes',
    script: (array) => ({
      fileName: `${array.name}.json`,
      text: `${JSON.stringify(jobOf(array, options), null, 2)}\n`,
    }),
    submit: async (_, scriptPath) => ({
      jobId: null,
      says: `Start it with: kubectl apply -f ${shellLine([scriptPath])}`,
    }),
    states: async () => new Map(),
    cancel: async () => {
      throw new UsageError(
        'A sweep of the engine kubernetes is ended with kubectl delete -f and the manifest of its round; what is finished is kept.',
      );
    },
  };
}

/** The manifest of an array: `batch/v1`, Indexed. */
export function jobOf(array: TaskArray, options: KubernetesOptions): Record<string, unknown> {
  const { name, folder, firstTask, lastTask, memoryMiB, minutes, command, workingFolder } = array;
  const tasks = lastTask - firstTask + 1;
  const resources = { cpu: String(options.cpus), memory: `${memoryMiB}Mi` };
  const gpus = options.gpus === undefined ? {} : { 'nvidia.com/gpu': options.gpus };
  const line = `exec ${shellLine(command)} "$((JOB_COMPLETION_INDEX + ${firstTask}))"`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `longhorizon-${name}`, labels: { app: 'longhorizon' } },
    spec: {
      completionMode: 'Indexed',
      completions: tasks,
      parallelism: Math.min(tasks, options.atOnce ?? tasks),
      backoffLimit: tasks * mostRestarts,
      template: {
        metadata: { labels: { app: 'longhorizon' } },
        spec: {
          restartPolicy: 'Never',
          activeDeadlineSeconds: minutes * 60,
          containers: [
            {
              name: 'task',
              image: options.image,
              workingDir: workingFolder,
              command: ['/bin/sh', '-c', line],
              resources: { requests: resources, limits: { ...resources, ...gpus } },
              volumeMounts: [{ name: 'sweep', mountPath: folder }],
            },
          ],
          volumes: [{ name: 'sweep', persistentVolumeClaim: { claimName: options.claim } }],
        },
      },
    },
  };
}

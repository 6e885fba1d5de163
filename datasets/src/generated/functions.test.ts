import { describe, expect, it } from 'vitest';
import { rootKey, splitKey } from '../random/key.ts';
import { generateGaussianBlobs } from './gaussian-blobs.ts';
import {
  HIMMELBLAU_STARTS,
  HIMMELBLAU_TASKS,
  himmelblauGradient,
  himmelblauLoss,
  himmelblauMinima,
} from './himmelblau.ts';
import { quadraticTasks } from './quadratics.ts';
import type { Point } from './raster.ts';
import { sinusoidPoints, sinusoidTasks } from './sinusoids.ts';

const key = rootKey(4);

describe('sinusoids', () => {
  const tasks = sinusoidTasks(key, 2000);
  const points = sinusoidPoints(tasks, splitKey(key, 'points', 0), 10);

  it('have the ranges of appendix G, filled evenly', () => {
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...tasks.amplitude)).toBeGreaterThanOrEqual(0.1);
    expect(Math.max(...tasks.amplitude)).toBeLessThan(5);
    expect(Math.min(...tasks.phase)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...tasks.phase)).toBeLessThan(Math.PI);
    expect(Math.abs(mean(tasks.amplitude) - 2.55)).toBeLessThan(0.15);
    expect(Math.abs(mean(tasks.phase) - Math.PI / 2)).toBeLessThan(0.1);
    expect(Math.abs(mean(points.x))).toBeLessThan(0.1);
    expect(Math.max(...points.x.map(Math.abs))).toBeLessThanOrEqual(5);
  });

  it('give y = A sin(x - phase) in the precision of float32', () => {
    for (let i = 0; i < points.x.length; i += 7) {
      const task = Math.floor(i / 10);
      const exact = tasks.amplitude[task]! * Math.sin(points.x[i]! - tasks.phase[task]!);
      expect(Math.abs(points.y[i]! - exact)).toBeLessThan(4e-7 * Math.max(1, Math.abs(exact)));
    }
  });

  it('are the same task by task, however many are drawn', () => {
    const few = sinusoidTasks(key, 3, 100);
    expect([...few.amplitude]).toEqual([...tasks.amplitude.subarray(100, 103)]);
    const fewPoints = sinusoidPoints(few, splitKey(key, 'points', 0), 10, 100);
    expect([...fewPoints.y]).toEqual([...points.y.subarray(1000, 1030)]);
  });
});

describe('Himmelblau tasks', () => {
  it('have the published losses at (5, 5)', () => {
    const published = [
      69.28243395, 119.7984192, 52.6832946, 59.04565713, 81.69654133, 132.1331058, 109.4193499, 60.28684132,
    ];
    HIMMELBLAU_TASKS.forEach((task, t) => {
      expect(Math.abs(himmelblauLoss(task, [5, 5]) / published[t]! - 1)).toBeLessThan(1e-8);
    });
  });

  it('have a gradient that central differences confirm', () => {
    const step = 1e-5;
    for (const task of HIMMELBLAU_TASKS) {
      for (const [x, y] of HIMMELBLAU_STARTS) {
        const [gx, gy] = himmelblauGradient(task, [x, y]);
        const dx = (himmelblauLoss(task, [x + step, y]) - himmelblauLoss(task, [x - step, y])) / (2 * step);
        const dy = (himmelblauLoss(task, [x, y + step]) - himmelblauLoss(task, [x, y - step])) / (2 * step);
        expect(Math.abs(gx - dx) + Math.abs(gy - dy)).toBeLessThan(1e-5 * (1 + Math.abs(dx) + Math.abs(dy)));
      }
    }
  });

  it('are 0 at their four minima', () => {
    for (const task of HIMMELBLAU_TASKS) {
      for (const minimum of himmelblauMinima(task)) expect(himmelblauLoss(task, minimum)).toBeLessThan(1e-20);
    }
  });

  it('give the published loss landscape along 125 steps of Adam', () => {
    // Mean over the tasks of the loss before update k + 1; learning rate 0.1.
    const published: readonly (readonly [Point, readonly number[]])[] = [
      [
        [-5, -5],
        [622.3847929, 603.6902036, 471.5475152, 117.7995893, 53.68227874, 36.97425997],
      ],
      [
        [15, 15],
        [523.0142032, 506.2865358, 389.3498609, 90.6340116, 47.50458499, 37.34135537],
      ],
    ];
    const steps = [0, 1, 9, 59, 99, 124];
    for (const [start, losses] of published) {
      const curve = new Float64Array(125);
      for (const task of HIMMELBLAU_TASKS) {
        let [x, y] = start;
        const first = [0, 0];
        const second = [0, 0];
        for (let k = 0; k < 125; k += 1) {
          curve[k]! += himmelblauLoss(task, [x, y]) / HIMMELBLAU_TASKS.length;
          const moves = himmelblauGradient(task, [x, y]).map((slope, axis) => {
            first[axis] = 0.9 * first[axis]! + 0.1 * slope;
            second[axis] = 0.999 * second[axis]! + 0.001 * slope * slope;
            const mean = first[axis]! / (1 - 0.9 ** (k + 1));
            return (0.1 * mean) / (Math.sqrt(second[axis]! / (1 - 0.999 ** (k + 1))) + 1e-8);
          });
          x -= moves[0]!;
          y -= moves[1]!;
        }
      }
      steps.forEach((k, i) => {
        expect(Math.abs(curve[k]! / losses[i]! - 1)).toBeLessThan(1e-7);
      });
    }
  });
});

describe('quadratics', () => {
  it('have symmetric curvature within the bounds asked for', () => {
    const n = 12;
    const { hessians, centres } = quadraticTasks(key, { tasks: 3, dimension: n, curvature: [0.5, 2] });
    expect(centres.length).toBe(3 * n);
    const { centres: probes } = quadraticTasks(rootKey(9), { tasks: 40, dimension: n });
    for (let task = 0; task < 3; task += 1) {
      const at = (i: number, j: number) => hessians[(task * n + i) * n + j]!;
      let largestOffDiagonal = 0;
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < n; j += 1) {
          expect(at(i, j)).toBe(at(j, i));
          if (i !== j) largestOffDiagonal = Math.max(largestOffDiagonal, Math.abs(at(i, j)));
        }
      }
      expect(largestOffDiagonal).toBeGreaterThan(0.05);
      for (let probe = 0; probe < 40; probe += 1) {
        const v = probes.subarray(probe * n, (probe + 1) * n);
        let curvature = 0;
        let norm = 0;
        for (let i = 0; i < n; i += 1) {
          norm += v[i]! * v[i]!;
          for (let j = 0; j < n; j += 1) curvature += v[i]! * at(i, j) * v[j]!;
        }
        expect(curvature / norm).toBeGreaterThan(0.5 * (1 - 1e-5));
        expect(curvature / norm).toBeLessThan(2 * (1 + 1e-5));
      }
    }
  });

  it('keep only the diagonal where asked, and do not depend on the number of tasks', () => {
    const one = quadraticTasks(key, { tasks: 1, dimension: 1000, diagonal: true });
    const two = quadraticTasks(key, { tasks: 2, dimension: 1000, diagonal: true });
    expect(one.hessians.length).toBe(1000);
    expect([...two.hessians.subarray(0, 1000)]).toEqual([...one.hessians]);
    expect(Math.min(...one.hessians)).toBeGreaterThanOrEqual(0.0999);
  });

  it('say what bounds must be', () => {
    expect(() => quadraticTasks(key, { tasks: 1, dimension: 2, curvature: [0, 1] })).toThrow(
      'need bounds 0 < smallest <= largest, but 0 and 1 were given',
    );
  });
});

describe('Gaussian blobs', () => {
  it('have unit variance about class means, in any dimension', () => {
    const options = { seed: 1, classes: 3, perClass: 500, dimension: 4 };
    const { images: points, shape } = generateGaussianBlobs(options);
    const images = Float32Array.from(points);
    expect(shape).toEqual([1500, 1, 1, 4]);
    for (let label = 0; label < 3; label += 1) {
      const first = images.subarray(label * 2000, (label + 1) * 2000).filter((_, i) => i % 4 === 0);
      const mean = first.reduce((sum, value) => sum + value, 0) / 500;
      const variance = first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 500;
      expect(Math.abs(variance - 1)).toBeLessThan(0.32);
    }
    expect([...generateGaussianBlobs(options).images.slice(0, 8)]).toEqual([...images.slice(0, 8)]);
  });
});

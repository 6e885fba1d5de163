import { logisticRegression } from '@longhorizon/nn';
import { evaluate, input } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { Attack } from './attack.ts';
import type { AttackOptions } from './attack-options.ts';
import { gradientNetwork } from './gradient-network.ts';
import { placesOfLargest } from './largest.ts';
import type { Victim } from './victims.ts';

const side = 4;
const pixels = side * side;
const classes = 3;
const model = logisticRegression(pixels, classes);

/** A linear victim: the gradient of its margin is the difference of two columns of its weights, twice (pictures are centred). */
function linearVictim(
  strength = 1,
): Victim & { readonly gradient: (own: number, other: number) => number[] } {
  const weight = Float64Array.from({ length: pixels * classes }, (_, k) => strength * Math.sin(1 + 3 * k));
  const bias = [0.3, 0, -0.2].map((value) => strength * value);
  const weights = model.layout.pack({
    [model.layout.names[0]!]: Float32Array.from(weight),
    [model.layout.names[1]!]: Float32Array.from(bias),
  });
  return {
    model,
    weights,
    gradient: (own, other) =>
      Array.from(
        { length: pixels },
        (_, pixel) =>
          2 * (Math.fround(weight[pixel * classes + own]!) - Math.fround(weight[pixel * classes + other]!)),
      ),
  };
}

const images = Float32Array.from({ length: 3 * pixels }, (_, k) => 0.5 + 0.45 * Math.cos(k * k + 1));

/** Logits of a picture by hand. */
function logitsOf(victim: Victim, picture: ArrayLike<number>): number[] {
  const [weight, bias] = model.layout.names.map(
    (name) => model.layout.unpack(victim.weights as Float32Array)[name]!,
  );
  return Array.from({ length: classes }, (_, c) =>
    Array.from(picture).reduce(
      (sum, value, pixel) => sum + (2 * value - 1) * weight![pixel * classes + c]!,
      bias![c]!,
    ),
  );
}

function labelsOf(victim: Victim): Uint32Array {
  return Uint32Array.from({ length: 3 }, (_, k) => {
    const values = logitsOf(victim, images.subarray(k * pixels, (k + 1) * pixels));
    return values.indexOf(Math.max(...values));
  });
}

function options(victim: Victim, more: Partial<AttackOptions> = {}): AttackOptions {
  return {
    pictures: { images, labels: labelsOf(victim), side, classes },
    victim,
    coordinates: 5,
    iterations: 4,
    rate: 0.05,
    seed: 3,
    ...more,
  };
}

const network = gradientNetwork({ side, channels: [2, 3, 4] });
const attacker = { network, start: network.initialise(1), fitSteps: 2 };

async function withAttack<T>(of: AttackOptions, use: (attack: Attack) => Promise<T>): Promise<T> {
  const attack = await Attack.make('float64', of);
  try {
    return await use(attack);
  } finally {
    attack.destroy();
  }
}

describe('a black-box attack on a linear victim', () => {
  it('finds the gradient of its margin by differences, exactly', async () => {
    const victim = linearVictim();
    const of = options(victim, { iterations: 1, attacker });
    const { labels } = of.pictures;
    await withAttack(of, async (attack) => {
      await attack.run();
      const found = await attack.estimated();
      for (const [k, label] of labels.entries()) {
        const order = [0, 1, 2]
          .filter((c) => c !== label)
          .sort((a, b) => {
            const values = logitsOf(victim, images.subarray(k * pixels, (k + 1) * pixels));
            return values[b]! - values[a]!;
          });
        const gradient = victim.gradient(label, order[0]!);
        found.coordinates[k]!.forEach((pixel, j) => {
          expect(found.differences[k]![j]).toBeCloseTo(gradient[pixel]!, 6);
        });
        expect(new Set(found.coordinates[k]).size).toBe(5);
      }
    });
  });

  it('counts every query: one an iteration, q an estimate, one at the end', async () => {
    // A victim that nothing in reach misleads.
    const victim = linearVictim(1000);
    const counted = async (more: Partial<AttackOptions>) =>
      withAttack(options(victim, { rate: 1e-6, ...more }), (attack) => attack.run());
    const guessed = await counted({ attacker, iterations: 7, period: 3 });
    // Estimates in iterations 0, 3 and 6.
    expect(guessed.queries).toEqual([1, 1, 1].map(() => 7 + 3 * 5 + 1));
    expect(guessed.succeeded).toEqual([false, false, false]);
    const alone = await counted({ iterations: 4 });
    expect(alone.queries).toEqual([1, 1, 1].map(() => 4 + 4 * 5 + 1));
  });

  it('stops asking when a picture is misclassified, and leaves it where it was', async () => {
    const victim = linearVictim();
    const result = await withAttack(options(victim, { rate: 0.3, iterations: 40 }), (attack) => attack.run());
    expect(result.succeeded).toEqual([true, true, true]);
    for (const [k, queries] of result.queries.entries()) {
      // It ends with an iteration's question: whole iterations of 1 + q before, then 1.
      expect((queries - 1) % 6).toBe(0);
      expect(queries).toBeLessThan(40 * 6);
      expect(result.distance[k]).toBeGreaterThan(0);
    }
  });

  it('does not touch what is misclassified from the start', async () => {
    const victim = linearVictim();
    const of = options(victim);
    const wrong = of.pictures.labels.map((label) => (label + 1) % classes);
    const result = await withAttack({ ...of, pictures: { ...of.pictures, labels: wrong } }, (attack) =>
      attack.run(),
    );
    expect(result.queries).toEqual([1, 1, 1]);
    expect(result.succeeded).toEqual([true, true, true]);
    expect(Math.max(...result.distance)).toBeLessThan(1e-6);
  });

  it('moves along the guess where nothing was asked: fitting makes it that of the differences', async () => {
    const victim = linearVictim();
    const error = async (fitSteps: number) => {
      const of = options(victim, { iterations: 1, coordinates: pixels, attacker: { ...attacker, fitSteps } });
      return withAttack(of, async (attack) => {
        await attack.run();
        return attack.guessError();
      });
    };
    expect(await error(60)).toBeLessThan(0.5 * (await error(0)));
  });

  it('refuses, in a sentence, what cannot be asked', async () => {
    const victim = linearVictim();
    const refused = (more: Partial<AttackOptions>) =>
      expect(Attack.make('float64', options(victim, more))).rejects;
    await refused({ coordinates: 17 }).toThrow(/17 coordinates .* pictures have 16, so give 1 to 16/);
    await refused({ iterations: 0 }).toThrow(/0 iterations were asked for/);
    await refused({ attacker, period: 0 }).toThrow(/a period of 0/);
    await refused({ difference: 0.7 }).toThrow(/h = 0.7 .* pixels lie between 0 and 1/);
    await refused({
      pictures: { images: new Float32Array(0), labels: new Uint32Array(0), side, classes },
    }).toThrow(/there are no pictures/);
  });
});

describe('places of the largest', () => {
  it('are in order, the first of equal ones first', () => {
    const scores = input([2, 5], { name: 'scores' });
    const data = Float64Array.of(1, 5, 3, 5, 0, 2, 2, 2, 9, -1);
    const [places] = evaluate(
      [placesOfLargest(scores, 3)],
      new Map([[scores, { shape: [2, 5], dtype: 'f32' as const, data }]]),
    );
    expect([...places!.data]).toEqual([1, 3, 2, 3, 0, 1]);
  });
});

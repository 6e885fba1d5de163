/**
 * @file How good a trained target network is: softmax averaged over draws of the noise, then accuracy, likelihood and calibration; and the same under
 * an attack that knows of the noise (PGD on the mean loss over draws).
 */
import { owned } from '@longhorizon/harness';
import { crossEntropy, expectedCalibrationError, nllPerExample } from '@longhorizon/nn';
import {
  add,
  array,
  type Device,
  DeviceArray,
  evaluate,
  foldIn,
  grad,
  Loop,
  log,
  maximum,
  mean,
  minimum,
  multiply,
  randomKey,
  sign,
  softmax,
  splitKey,
  state,
  subtract,
  type Tensor,
  vmap,
} from '@longhorizon/tensor';
import type { Examples } from '../../../problem-parts/drawn-task.ts';
import { partsOf, type TargetTraining } from './target-training.ts';

/** What is said of a network on some pictures. */
export interface Judgement {
  readonly accuracy: number;
  /** Minus the logarithm of the mean probability of the right class. */
  readonly nll: number;
  /** 15 bins. */
  readonly ece: number;
  /** Of each of ten bins of confidence: pictures, mean confidence, share that is right. For reliability diagrams. */
  readonly bins: readonly {
    readonly count: number;
    readonly confidence: number;
    readonly accuracy: number;
  }[];
}

/** Of PGD: radius and step in the network's units (−1 to 1), steps, draws of the noise in each. */
export interface Attack {
  readonly radius: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly draws: number;
}

/** Radius 8/255 of the range of a pixel, ten steps of 2/255, ten draws. */
export const pgd: Attack = { radius: 16 / 255, stepSize: 4 / 255, steps: 10, draws: 10 };

/** The network as it is tested, and everything that it is given. */
function tested(training: TargetTraining) {
  const { options, loop, arrays } = training;
  const model = options.arm.network(options.host, { kappa: 1, training: false });
  const given = { w: loop.carry.w, statistics: loop.carry.statistics, phi: arrays.phi };
  const outputs = (
    { w, statistics, phi }: Readonly<Record<keyof typeof given, Tensor>>,
    x: Tensor,
    key: Tensor,
  ) => model.apply(partsOf(options, w, phi), x, { mode: 'evaluate', statistics, key }).outputs;
  return { given, outputs };
}

/** @param draws of the noise; one where an arm has none */
export async function judge(
  device: Device,
  training: TargetTraining,
  { x, labels }: Examples,
  draws: number,
): Promise<Judgement> {
  const { options } = training;
  const count = labels.length;
  const { given, outputs } = tested(training);
  using pictures = owned(DeviceArray.from(device, x, [count, ...options.host.inputShape]));
  using loop = owned(
    await Loop.make(device, {
      label: `judgement of ${options.arm.name}`,
      carry: { total: state([count, options.task.classes], { class: 'scratch' }) },
      given: { ...given, pictures },
      step: ({ total }, now, draw) => {
        const key = foldIn(randomKey(options.seeds.noise), draw, 'draw');
        return { total: add(total, softmax(outputs(now, now.pictures, key), 1)) };
      },
    }),
  );
  const used = options.arm.drawsAtTest ? draws : 1;
  loop.carry.total.write(new Float32Array(count * options.task.classes));
  await loop.run(used);
  const total = await loop.carry.total.read();
  return judgementOf(
    Float64Array.from(total, (one) => one / used),
    labels,
  );
}

/** From mean probabilities [count, classes]. */
export function judgementOf(probabilities: Float64Array, labels: Uint32Array): Judgement {
  const count = labels.length;
  const classes = probabilities.length / count;
  const logits = log(maximum(array(probabilities, [count, classes]), 1e-37));
  const truth = array(labels, [count], 'u32');
  const [nll, ece] = evaluate(
    [mean(nllPerExample(logits, truth)), expectedCalibrationError(logits, truth)],
    new Map(),
  ).map(({ data }) => data[0]!);
  const bins = Array.from({ length: 10 }, () => ({ count: 0, confidence: 0, right: 0 }));
  let right = 0;
  labels.forEach((label, k) => {
    const row = probabilities.subarray(k * classes, (k + 1) * classes);
    const confidence = Math.max(...row);
    const isRight = row[label] === confidence ? 1 : 0;
    right += isRight;
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!;
    bin.count++;
    bin.confidence += confidence;
    bin.right += isRight;
  });
  return {
    accuracy: right / count,
    nll: nll!,
    ece: ece!,
    bins: bins.map((bin) => ({
      count: bin.count,
      confidence: bin.confidence / Math.max(1, bin.count),
      accuracy: bin.right / Math.max(1, bin.count),
    })),
  };
}

/** Pictures moved against the network: steps along the sign of the gradient of the mean loss over draws, kept in the radius and in the range. */
export async function attacked(
  device: Device,
  training: TargetTraining,
  { x, labels }: Examples,
  attack: Attack,
): Promise<Examples> {
  const { options } = training;
  const shape = [labels.length, ...options.host.inputShape];
  const draws = options.arm.drawsAtTest ? attack.draws : 1;
  const { given, outputs } = tested(training);
  using pictures = owned(DeviceArray.from(device, x, shape));
  using truth = owned(DeviceArray.from(device, labels, [labels.length], { dtype: 'u32' }));
  using loop = owned(
    await Loop.make(device, {
      label: `attack on ${options.arm.name}`,
      carry: { moved: state(shape) },
      given: { ...given, pictures, truth },
      step: ({ moved }, now, step) => {
        const keys = splitKey(foldIn(randomKey(options.seeds.noise), step, 'attack'), draws, 'draw');
        const losses = vmap((one: Tensor) => crossEntropy(one, now.truth));
        const gradient = grad((at: Tensor) => mean(losses(outputs(now, at, keys))))(moved) as Tensor;
        const stepped = add(moved, multiply(attack.stepSize, sign(gradient)));
        const low = maximum(subtract(now.pictures, attack.radius), -1);
        const high = minimum(add(now.pictures, attack.radius), 1);
        return { moved: minimum(maximum(stepped, low), high) };
      },
    }),
  );
  loop.carry.moved.write(x);
  await loop.run(attack.steps);
  return { x: (await loop.carry.moved.read()) as Float32Array, labels };
}

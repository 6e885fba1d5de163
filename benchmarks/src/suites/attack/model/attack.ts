/**
 * @file A black-box attack on many pictures at once: margin loss in tanh space, coordinate Adam, gradients guessed by a network that is fitted to a
 * few finite differences now and then (Du et al., ICLR 2020), or finite differences alone (Chen et al., "ZOO", AISec 2017).
 *
 *     until a picture is misclassified, at most `iterations` times:
 *       ask the victim once: is x misclassified?                                              1 query
 *       every `period`-th time: q coordinates with the largest guess; differences there       q queries
 *                               fit the network's guess on them, some steps of Adam
 *       z ← Adam along (c·ĝ + 2(x − x⁰)) ∂x/∂z,   x = (1 + tanh z)/2
 *
 * ĝ is the network's guess, with the differences in place of it where they were just taken. Every picture has weights of the network, an
 * optimiser and a count of queries of its own; pictures that are done stay as they are and ask no more.
 */
import { hostArray } from '@longhorizon/bilevel';
import {
  type Action,
  type Engine,
  openWorkspace,
  run,
  type Slot,
  Workspace,
} from '@longhorizon/bilevel/authoring';
import { adam, type Model } from '@longhorizon/nn';
import {
  absolute,
  add,
  broadcastTo,
  cast,
  type Device,
  divide,
  equal,
  foldIn,
  gather,
  grad,
  greater,
  iota,
  less,
  log,
  maximum,
  mean,
  minimum,
  multiply,
  randomKey,
  reshape,
  segmentSum,
  select,
  sqrt,
  square,
  stepIndex,
  subtract,
  sum,
  type Tensor,
  tanh,
  uniform,
} from '@longhorizon/tensor';
import { placesOfLargest } from './largest.ts';
import { margin } from './margin.ts';
import { logits, type Pictures, type Victim } from './victims.ts';

/** The network that guesses gradients, and where its weights start for every picture. */
export interface Attacker {
  readonly network: Model;
  readonly start: ArrayLike<number>;
  /** Steps of Adam on the differences of one estimate, 20 when left out. */
  readonly fitSteps?: number;
  /** Their learning rate, 0.01 when left out. */
  readonly fitRate?: number;
}

export interface AttackOptions {
  /** Pictures that the victim gets right. */
  readonly pictures: Pictures;
  readonly victim: Victim;
  /** Undefined for finite differences at random coordinates alone. */
  readonly attacker?: Attacker;
  /** q: coordinates of an estimate. */
  readonly coordinates: number;
  /** An estimate every so many iterations; 5 when left out, and always 1 without an attacker. */
  readonly period?: number;
  readonly iterations: number;
  /** Of Adam in tanh space. */
  readonly rate: number;
  /** c: how much the margin counts beside the distance; 1 when left out. */
  readonly weight?: number;
  /** h of the differences, 10⁻³ when left out. */
  readonly difference?: number;
  /** Chooses coordinates where no attacker does. */
  readonly seed: number;
}

/** One entry a picture. */
export interface AttackResult {
  readonly succeeded: readonly boolean[];
  readonly queries: readonly number[];
  /** ‖x − x⁰‖ where the attack ended. */
  readonly distance: readonly number[];
}

/** How far pictures are kept from 0 and 1, where tanh is flat. */
const margins = 1e-3;

export class Attack {
  readonly engine: Engine;
  private readonly parts: Declared;
  private readonly options: AttackOptions;

  private constructor(engine: Engine, parts: Declared, options: AttackOptions) {
    this.engine = engine;
    this.parts = parts;
    this.options = options;
  }

  static async open(backend: Device | 'float64', options: AttackOptions): Promise<Attack> {
    const workspace = new Workspace();
    const parts = declare(workspace, checked(options));
    const { engine } = await openWorkspace(backend, workspace);
    return new Attack(engine, parts, options);
  }

  /** Attacks all pictures. The host looks once a period whether any is left. */
  async run(): Promise<AttackResult> {
    const { engine, parts, options } = this;
    const period = periodOf(options);
    await engine.perform([run(parts.kernels.begin, 0)]);
    for (let from = 0; from < options.iterations; from += period) {
      const until = Math.min(from + period, options.iterations);
      await engine.perform(this.iterations(from, until));
      const active = await engine.read(parts.active);
      if (active.every((one) => one === 0)) break;
    }
    // The last step may have done it.
    await engine.perform([run(parts.kernels.ask, options.iterations)]);
    const [succeeded, queries, distance] = await Promise.all(
      [parts.succeeded, parts.queries, parts.distance].map((slot) => engine.read(slot)),
    );
    return {
      succeeded: Array.from(succeeded!, (one) => one === 1),
      queries: [...queries!],
      distance: [...distance!],
    };
  }

  /** The last estimate: coordinates and differences of every picture. */
  async estimated(): Promise<{
    readonly coordinates: readonly (readonly number[])[];
    readonly differences: readonly (readonly number[])[];
  }> {
    const { engine, parts, options } = this;
    const q = options.coordinates;
    const rows = (values: Float64Array) =>
      Array.from({ length: values.length / q }, (_, k) => [...values.subarray(k * q, (k + 1) * q)]);
    return {
      coordinates: rows(await engine.read(parts.chosen)),
      differences: rows(await engine.read(parts.differences)),
    };
  }

  /** Mean squared error of the guess on the coordinates of the last estimate, where the differences have unit deviation. */
  async guessError(): Promise<number> {
    const { error } = this.parts;
    if (error === undefined) throw new TypeError('guessError: this attack has no attacker that guesses.');
    const [[value]] = (await this.engine.evaluate([error])) as [Float64Array];
    return value!;
  }

  destroy(): void {
    this.engine.destroy();
  }

  private *iterations(from: number, until: number): Generator<Action> {
    const { kernels } = this.parts;
    const period = periodOf(this.options);
    const { fitSteps = 20 } = this.options.attacker ?? {};
    for (let iteration = from; iteration < until; iteration++) {
      yield run(kernels.ask, iteration);
      if (kernels.guess !== undefined) yield run(kernels.guess, iteration);
      const estimates = iteration % period === 0;
      if (estimates) {
        yield run(kernels.estimate, iteration);
        if (kernels.fit !== undefined)
          for (let step = 0; step < fitSteps; step++) yield run(kernels.fit, step);
        if (kernels.guess !== undefined) yield run(kernels.guess, iteration);
      }
      yield run(estimates ? kernels.moveByDifferences : kernels.moveByGuess!, iteration);
    }
  }
}

const periodOf = ({ attacker, period = 5 }: AttackOptions): number => (attacker === undefined ? 1 : period);

function checked(options: AttackOptions): AttackOptions {
  const { coordinates, iterations, difference = 1e-3 } = options;
  const { images, labels } = options.pictures;
  const pixels = images.length / labels.length;
  const refuse = (what: string): never => {
    throw new RangeError(`attack: ${what}`);
  };
  if (labels.length === 0) refuse('there are no pictures; give one or more that the victim gets right.');
  if (!(Number.isInteger(coordinates) && coordinates >= 1 && coordinates <= pixels))
    refuse(
      `${coordinates} coordinates of an estimate were asked for; pictures have ${pixels}, so give 1 to ${pixels}.`,
    );
  const period = periodOf(options);
  if (!(Number.isInteger(period) && period >= 1))
    refuse(`a period of ${period} was asked for; give a whole number from 1.`);
  if (!(Number.isInteger(iterations) && iterations >= 1))
    refuse(`${iterations} iterations were asked for; give a whole number from 1.`);
  if (!(difference > 0 && difference < 0.5))
    refuse(
      `differences of h = ${difference} were asked for; pixels lie between 0 and 1, so give a small number above 0.`,
    );
  return options;
}

type Declared = ReturnType<typeof declare>;

function declare(workspace: Workspace, options: AttackOptions) {
  const { pictures, victim, attacker, coordinates: q, seed } = options;
  const { weight = 1, difference = 1e-3 } = options;
  const { images, labels } = pictures;
  const count = labels.length;
  const pixels = images.length / count;
  const perPixel = [count, pixels];
  const slot = (name: string, shape: readonly number[], from?: ArrayLike<number>) =>
    workspace.slot(name, shape, from === undefined ? {} : { initial: hostArray(from, shape) });
  const x0 = slot('x⁰', perPixel, images);
  const y = workspace.slot('labels', [count], { initial: hostArray(labels, [count], { dtype: 'u32' }) });
  const victimWeights = slot('victim', [victim.weights.length], victim.weights);
  const z = slot('z', perPixel);
  const active = slot('active', [count]);
  const succeeded = slot('succeeded', [count]);
  const queries = workspace.slot('queries', [count], { dtype: 'u32' });
  const distance = slot('distance', [count]);
  const value = slot('margin', [count]);
  const chosen = workspace.slot('coordinates', [count, q], { dtype: 'u32' });
  const differences = slot('differences', [count, q]);
  const moments = { first: slot('first moment', perPixel), second: slot('second moment', perPixel) };
  const steps = slot('steps of Adam', perPixel);

  const x = multiply(0.5, add(1, tanh(z.tensor)));
  const column = (values: Tensor, width = pixels) => broadcastTo(reshape(values, [count, 1]), [count, width]);
  const isActive = equal(active.tensor, 1);
  const marginOf = (at: Tensor, classes: Tensor) =>
    margin(logits(victim.model, victimWeights.tensor, at), classes);

  const clipped = minimum(maximum(x0.tensor, margins), 1 - margins);
  const zero = (of: Slot) => [of, multiply(of.tensor, 0)] as const;
  const network = attacker === undefined ? undefined : declareNetwork(workspace, attacker, x, pictures.side);
  const begin = workspace.kernel('begin', [
    [z, multiply(0.5, log(divide(clipped, subtract(1, clipped))))],
    [active, add(multiply(active.tensor, 0), 1)],
    ...[succeeded, queries, distance, moments.first, moments.second, steps].map(zero),
    ...(network?.restart ?? []),
  ]);

  const now = marginOf(x, y.tensor);
  const falls = multiply(active.tensor, cast(less(now, 0), 'f32'));
  const ask = workspace.kernel('ask', [
    [value, now],
    [queries, add(queries.tensor, cast(active.tensor, 'u32'))],
    [distance, select(isActive, sqrt(sum(square(subtract(x, x0.tensor)), 1)), distance.tensor)],
    [succeeded, maximum(succeeded.tensor, falls)],
    [active, subtract(active.tensor, falls)],
  ]);

  // Differences go inwards, so that no pixel leaves [0, 1].
  const scores =
    network === undefined
      ? uniform(foldIn(randomKey(seed), stepIndex()), perPixel)
      : absolute(network.guess.tensor);
  const places = placesOfLargest(scores, q);
  const isChosen = equal(
    broadcastTo(reshape(places, [count, q, 1]), [count, q, pixels]),
    iota([count, q, pixels], 2),
  );
  const at = gather(x, places, 1, { batched: true });
  const step = select(greater(at, 0.5), -difference, difference);
  const spread = (values: Tensor) => broadcastTo(reshape(values, [count, q, 1]), [count, q, pixels]);
  const moved = add(
    broadcastTo(reshape(x, [count, 1, pixels]), [count, q, pixels]),
    select(isChosen, spread(step), 0),
  );
  const labelsOfAll = reshape(broadcastTo(reshape(y.tensor, [count, 1]), [count, q]), [count * q]);
  const answers = reshape(marginOf(reshape(moved, [count * q, pixels]), labelsOfAll), [count, q]);
  const raw = divide(subtract(answers, column(value.tensor, q)), step);
  const estimate = workspace.kernel('estimate', [
    [chosen, places],
    [differences, raw],
    [queries, add(queries.tensor, multiply(cast(active.tensor, 'u32'), q))],
  ]);

  // A map of unit deviation has Σ ĝ² = pixels; the differences are scaled as if the others were 0.
  const power = sum(square(differences.tensor), 1);
  const scale = sqrt(divide(pixels, select(equal(power, 0), 1, power)));
  const targets = multiply(differences.tensor, column(scale, q));
  const ofAll = (values: Tensor): Tensor =>
    reshape(segmentSum(reshape(values, [count, q, 1]), chosen.tensor, pixels), perPixel);
  const wasChosen = greater(ofAll(add(multiply(targets, 0), 1)), 0);

  const optimiser = adam({ rate: options.rate });
  const move = (name: string, gradient: Tensor, moves: Tensor) => {
    const along = multiply(
      add(multiply(weight, gradient), multiply(2, subtract(x, x0.tensor))),
      multiply(2, multiply(x, subtract(1, x))),
    );
    // Every coordinate counts its own steps, so that one that is rarely chosen is corrected for its own age.
    const next = optimiser.update(
      z.tensor,
      along,
      { first: moments.first.tensor, second: moments.second.tensor },
      steps.tensor,
    );
    const keep = (after: Tensor, before: Slot) => [before, select(moves, after, before.tensor)] as const;
    return workspace.kernel(name, [
      keep(next.w, z),
      keep(next.state.first, moments.first),
      keep(next.state.second, moments.second),
      keep(add(steps.tensor, 1), steps),
    ]);
  };
  const all = equal(column(active.tensor), 1);
  const both = greater(multiply(cast(all, 'f32'), cast(wasChosen, 'f32')), 0);
  const moveByDifferences =
    network === undefined
      ? move('move along differences', ofAll(targets), both)
      : move(
          'move along guess and differences',
          select(wasChosen, ofAll(targets), network.guess.tensor),
          all,
        );
  const moveByGuess = network === undefined ? undefined : move('move along guess', network.guess.tensor, all);
  const fit = network?.fit(chosen.tensor, targets);
  const error =
    network === undefined
      ? undefined
      : mean(square(subtract(gather(network.guess.tensor, chosen.tensor, 1, { batched: true }), targets)));
  return {
    active,
    succeeded,
    queries,
    distance,
    differences,
    chosen,
    error,
    kernels: { begin, ask, guess: network?.work, estimate, fit, moveByDifferences, moveByGuess },
  };
}

/** The network of every picture: its weights, its guess, and the step that fits it to differences. */
function declareNetwork(workspace: Workspace, attacker: Attacker, x: Tensor, side: number) {
  const { network, start, fitRate = 0.01 } = attacker;
  const [count, pixels] = x.shape as [number, number];
  const length = network.layout.paddedLength;
  const first = workspace.slot('start of the attacker', [length], {
    class: 'weights',
    initial: hostArray(start),
  });
  const shape = [count, length];
  const w = workspace.slot('attackers', shape, { class: 'weights' });
  const optimiser = adam({ rate: fitRate });
  const state = {
    first: workspace.slot('first moment of attackers', shape, { class: 'optimiser state' }),
    second: workspace.slot('second moment of attackers', shape, { class: 'optimiser state' }),
  };
  const guessAt = (weights: Tensor): Tensor =>
    reshape(network.apply(weights, reshape(x, [count, 1, side, side, 1])).outputs, [count, pixels]);
  // Worked out by a kernel of its own: three others read it, and would each be compiled with the whole network.
  const guess = workspace.slot('guess', [count, pixels]);
  return {
    guess,
    work: workspace.kernel('guess', [[guess, guessAt(w.tensor)]]),
    restart: [[w, broadcastTo(first.tensor, shape)]] as const,
    fit: (chosen: Tensor, targets: Tensor) => {
      const loss = (weights: Tensor) => {
        const guessed = gather(guessAt(weights), chosen, 1, { batched: true });
        return sum(mean(square(subtract(guessed, targets)), 1));
      };
      const gradient = grad(loss)(w.tensor) as Tensor;
      // Adam starts anew with every estimate, as in the released code, which makes an optimiser each time.
      const fresh = equal(stepIndex(), 0);
      const kept = (slot: Slot) => select(fresh, 0, slot.tensor);
      const next = optimiser.update(
        w.tensor,
        gradient,
        { first: kept(state.first), second: kept(state.second) },
        stepIndex(),
      );
      return workspace.kernel('fit', [
        [w, next.w],
        [state.first, next.state.first],
        [state.second, next.state.second],
      ]);
    },
  };
}

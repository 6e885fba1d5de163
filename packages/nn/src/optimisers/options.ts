import { Tensor } from '@longhorizon/tensor';

/** What people call options that have another name here. */
const otherNames: Readonly<Record<string, string>> = {
  lr: 'rate',
  learningRate: 'rate',
  learning_rate: 'rate',
  weight_decay: 'weightDecay',
  decay: 'weightDecay',
  eps: 'epsilon',
  betas: 'beta1 and beta2',
  mu: 'momentum',
};

/** Refuses options that are not known: by far the most are another library's names, which would be ignored. */
export function checkNames(asker: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${asker}: its options are ${options}; give an object such as { rate: 0.1 }.`);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = otherNames[name] ?? known.find((one) => one.toLowerCase() === name.toLowerCase());
    const hint = near === undefined ? `its options are ${known.join(', ')}` : `it is called ${near} here`;
    throw new TypeError(`${asker}: there is no option '${name}'; ${hint}.`);
  }
}

/** A value such that a list or a text is told from a number. */
const shown = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));

/** Refuses a hyperparameter that is neither a tensor, nor a schedule, nor a number from 0. */
export function checkHyperparameter(asker: string, name: string, value: unknown): void {
  if (value instanceof Tensor || typeof value === 'function') return;
  if (value === undefined)
    throw new TypeError(
      `${asker}: the option '${name}' is missing; give a number from 0, a tensor or a schedule.`,
    );
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
    throw new RangeError(
      `${asker}: ${name} is ${shown(value)}; give a finite number from 0, a tensor or a schedule.`,
    );
}

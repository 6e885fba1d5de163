/**
 * @file Places inside a network where something can be put without the network knowing: before its activations. In residual networks only
 * the sums count (the activation that ends a block), in all others every activation of the body.
 */
import { input, type Shape } from '@longhorizon/tensor';
import { type Block, sequence } from '../blocks/block.ts';
import { Model } from './model.ts';

/** A place before an activation. */
export interface Site {
  /** From 0, in the order in which features pass. */
  readonly index: number;
  /** Of the features of one example: [height, width, channels], or [features]. */
  readonly shape: Shape;
}

/** The leaves of a block, in order. */
const leaves = (block: Block): readonly Block[] => block.blocks?.flatMap(leaves) ?? [block];

/** Positions of the leaves before which something can be put. */
function positionsOf(row: readonly Block[]): readonly number[] {
  const before = row.flatMap(({ kind }, k) => (kind === 'activation' && k > 0 ? [k] : []));
  const sums = before.filter((k) => row[k - 1]!.kind === 'sum');
  return sums.length > 0 ? sums : before;
}

/** Shapes of the features of one example at every leaf, found by building the graph; nothing is computed. */
function shapesBefore(host: Model, row: readonly Block[]): readonly Shape[] {
  const stand = new Map(
    [...row.flatMap(({ parameters }) => parameters), ...row.flatMap(({ statistics }) => statistics)].map(
      ({ name, shape }) => [name, shape] as const,
    ),
  );
  const scope = {
    parameter: (name: string) => input(stand.get(name)!),
    running: undefined,
    mode: 'train',
    fresh: new Map(),
    key: input([2], { dtype: 'u32' }),
    step: input([], { dtype: 'u32' }),
  } as const;
  const shapes: Shape[] = [];
  row.reduce(
    (x, block) => {
      shapes.push(x.shape.slice(1));
      return block.apply(scope, x);
    },
    input([2, ...host.inputShape]),
  );
  return shapes;
}

/** The places of a network's body, in order. */
export function sitesOf(host: Model): readonly Site[] {
  const row = leaves(host.description.body);
  const positions = positionsOf(row);
  if (positions.length === 0) return [];
  const shapes = shapesBefore(host, row);
  return positions.map((position, index) => ({ index, shape: shapes[position]! }));
}

/**
 * A network with a block put at each of its sites. The network itself stays as it is; a parameter that several of the blocks name is one
 * parameter, which they share.
 *
 * @param make the block for a site
 * @param name of the model that comes out
 * @throws RangeError if the host has no site
 */
export function insertAtSites(host: Model, name: string, make: (site: Site) => Block): Model {
  const { body, ...description } = host.description;
  const sites = sitesOf(host);
  if (sites.length === 0)
    throw new RangeError(
      `${name}: ${host.name} has no activation in its body, so there is no place to put anything; choose a network with hidden layers made of nn's blocks.`,
    );
  const row = leaves(body);
  const positions = positionsOf(row);
  const all = row.flatMap((block, k) => {
    const site = sites[positions.indexOf(k)];
    return site === undefined ? [block] : [make(site), block];
  });
  const whole = sequence(...all);
  const parameters = [...new Map(whole.parameters.map((one) => [one.name, one])).values()];
  return new Model({ ...description, name, body: { ...whole, parameters } });
}

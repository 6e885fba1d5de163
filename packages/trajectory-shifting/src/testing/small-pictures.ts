/** @file Two groups of tasks whose pictures and classes differ, with one convolutional body, batch norm and heads of their own. */
import {
  defineTaskGroup,
  defineTaskSet,
  type GivenTensors,
  hostArray,
  type TaskSet,
} from '@longhorizon/bilevel';
import {
  batchNormBlock,
  convolutionBlock,
  crossEntropy,
  denseBlock,
  Model,
  momentum,
  pure,
  sequence,
} from '@longhorizon/nn';
import { globalAveragePool, onesLike, relu, state, sum, type Tensor, vjp, vmap } from '@longhorizon/tensor';

const pictures = 6;
const groups = [
  { name: 'small', tasks: 2, side: 6, classes: 3 },
  { name: 'large', tasks: 1, side: 8, classes: 2 },
] as const;

/** @param filters of each of the two layers */
export function smallPictures(filters: number): TaskSet {
  const first = network(filters, 6, 3);
  const body = first.partLayout('body');
  return defineTaskSet({
    name: 'small pictures',
    title: 'pictures of two sizes',
    bodyLength: body.paddedLength,
    p: body.size,
    initial: first.initialise(1, body),
    groups: groups.map(({ name, tasks, side, classes }) => {
      const model = network(filters, side, classes);
      const optimiser = momentum({ rate: 0.05, momentum: 0.9, weightDecay: 5e-4 });
      const shape = [tasks, model.layout.paddedLength];
      const optimiserState = optimiser.state(shape);
      const statistics = model.startStatistics();
      const apply = (w: Tensor, { x, y }: GivenTensors, running?: Tensor) => {
        const applied = model.apply(w, x!, running === undefined ? {} : { statistics: running });
        return { losses: vmap(crossEntropy)(applied.outputs, y!) as Tensor, statistics: applied.statistics! };
      };
      const head = model.partLayout('head');
      return defineTaskGroup({
        name,
        tasks,
        weightLength: model.layout.paddedLength,
        d: model.layout.size,
        state: {
          ...optimiserState,
          statistics: state([tasks, statistics.length], { class: 'optimiser state' }),
        },
        initialState: { statistics: Array.from({ length: tasks }, () => [...statistics]).flat() },
        given: {
          x: hostArray(
            Array.from({ length: tasks * pictures * side * side }, (_, k) => Math.sin(k * k)),
            [tasks, pictures, side, side, 1],
          ),
          y: hostArray(
            Array.from({ length: tasks * pictures }, (_, k) => k % classes),
            [tasks, pictures],
            { dtype: 'u32' },
          ),
        },
        heads: (number) =>
          Array.from({ length: tasks }, (_, task) => [...model.initialise(100 * number + task, head)]).flat(),
        loss: (w, given) => apply(w, given).losses,
        update: ({ w, state: before }, given, _, step) => {
          const found = apply(w, given, before.statistics!);
          const total = sum(found.losses);
          const [gradient] = vjp([total], [w], [onesLike(total)]);
          const next = optimiser.update(w, gradient!, { velocity: before.velocity! }, step);
          return { w: next.w, state: { ...next.state, statistics: found.statistics } };
        },
      });
    }),
  });
}

function network(filters: number, side: number, classes: number): Model {
  return new Model({
    name: 'small network',
    source: 'this test',
    inputShape: [side, side, 1],
    outputs: classes,
    body: sequence(
      convolutionBlock('first', 1, filters),
      batchNormBlock('first.norm', filters, { running: 'shared' }),
      pure(relu),
      convolutionBlock('second', filters, filters),
      batchNormBlock('second.norm', filters, { running: 'shared' }),
      pure((x) => globalAveragePool(x)),
    ),
    head: denseBlock('head', filters, classes, { part: 'head' }),
  });
}

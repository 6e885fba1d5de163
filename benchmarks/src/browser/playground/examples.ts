/** @file The programs that the playground begins with: those of docs/core.md, cut where its sections begin, and a hypergradient. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program to begin with. */
export interface Example {
  /** In the fragment: `#example=core-4`. */
  readonly name: string;
  readonly title: string;
  readonly program: string;
}

/** All examples, the shortest first. @param root the repository's folder */
export function playgroundExamples(root: string): readonly Example[] {
  const page = readFileSync(join(root, 'docs/core.md'), 'utf8');
  return [hypergradient, ownProblem, ...coreExamples(page)];
}

/** The page's blocks are one program, in order: the example of a section has those of the sections before it. */
function coreExamples(page: string): readonly Example[] {
  const sections = page.split(/^## /m).flatMap((section) => {
    const number = /^(\d+)\. (.*)$/m.exec(section);
    const blocks = [...section.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
    if (number === null || blocks.length === 0) return [];
    return [{ number: number[1] as string, title: number[2] as string, text: blocks.join('\n') }];
  });
  return sections.map(({ number, title }, index) => ({
    name: `core-${number}`,
    title: `The core, ${number}: ${title.toLowerCase()}`,
    program: [
      ...sections
        .slice(0, index + 1)
        .map((section) => `// ${section.number}. ${section.title}\n\n${section.text}`),
      `// What came of it\n\n${endings[number] ?? ''}`,
    ].join('\n'),
  }));
}

/** The page's programs hold claims and write nothing; here the last one of a section writes what it is about. */
const endings: Readonly<Record<string, string>> = {
  1: 'console.log(printGraph([y]));\n',
  2: "console.log('y at 1, 2, 3 in float64:', value!.data[0]);\n",
  3: "console.log(printGraph([gradient]));\nconsole.log('d/du u² at 3:', evaluate([confusion(x0)], at(x0, [3]))[0]!.data[0]);\n",
  4: "console.log(printPlan(program));\nconsole.log('bytes, predicted and allocated:', predicted);\nawait device.close();\n",
  5: "console.log('w after 50 steps:', w);\n",
  6: "console.log('dL/dη of three memory policies:', gradients);\n",
};

const hypergradient: Example = {
  name: 'hypergradient',
  title: 'A hypergradient, exactly and by HyperDistill',
  program: `// dL/dλ through T steps of gradient descent, by five methods on the same trajectory.
import { drmad, exactReverse, oneStep, prepare, truncatedReverse } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { hyperdistill } from '@longhorizon/hyperdistill';
import { openDevice } from '@longhorizon/tensor';

const problem = trackingOfSize(12, 6); // d = 12 weights, p = 6 hyperparameters
const horizon = 20; // T

const exact = await prepare('float64', problem, exactReverse(), { horizon });
await exact.compute();
const right = await exact.read('hypergradient');
console.log('in float64', right);

const device = await openDevice();
const methods = {
  'exact reverse': exactReverse(),
  'last 5 steps': truncatedReverse({ window: 5 }),
  drmad,
  hyperdistill: hyperdistill({ gamma: 0.9 }),
  'one step': oneStep,
};
for (const [name, method] of Object.entries(methods)) {
  device.ledger.resetPeak();
  const run = await prepare(device, problem, method, { horizon });
  const { outerLoss } = await run.compute();
  const g = await run.read('hypergradient');
  const like = cosine(g, right).toFixed(4);
  console.log(name.padEnd(13), 'cosine', like, 'peak', device.ledger.withoutStaging.peak, 'bytes, outer loss', outerLoss);
  run.destroy();
}
await device.close();

function cosine(a: ArrayLike<number>, b: ArrayLike<number>) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < b.length; k++) {
    ab += a[k] * b[k];
    aa += a[k] ** 2;
    bb += b[k] ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
`,
};

const ownProblem: Example = {
  name: 'own-problem',
  title: 'A problem of your own: a decay for each weight',
  program: `// min over λ of L^val(w_T(λ)), where w_t = w_{t−1} − 0.1 ∇_w L(w_{t−1}, λ).
import { defineProblem, descend, exactReverse, hostArray, prepare } from '@longhorizon/bilevel';
import { sgd } from '@longhorizon/nn';
import { add, exp, mean, multiply, openDevice, square, subtract, sum } from '@longhorizon/tensor';

const innerLoss = (w, lambda, given) =>
  add(mean(square(subtract(w, given.target))), multiply(0.5, sum(multiply(exp(lambda), square(w)))));

const problem = defineProblem({
  name: 'shrinkage',
  title: 'a decay for each of two weights',
  d: 2,
  p: 2,
  weightLength: 2,
  hyperparameterLength: 2,
  state: {},
  given: { target: hostArray([1, -2]), held: hostArray([0.8, -1.9]) },
  initial: { weights: [0.5, 0.5], hyperparameters: [-3, -3] },
  innerLoss,
  outerLoss: (w, _, given) => mean(square(subtract(w, given.held))),
  update: descend(() => sgd({ rate: 0.1 }), innerLoss),
});

const device = await openDevice();
const run = await prepare(device, problem, exactReverse(), { horizon: 100 });
const { outerLoss } = await run.compute();
console.log('L^val', outerLoss);
console.log('w_T', await run.read('weights'));
console.log('dL^val/dλ', await run.read('hypergradient'));
run.destroy();
await device.close();
`,
};

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readFaces } from './faces.ts';

const root = dirname(import.meta.dirname);

it('the root of tensor exports what a program is written with, and changes on purpose alone', () => {
  const names = readFaces(join(root, 'packages/tensor'))
    .get('.')!
    .map(({ name }) => name);
  const letters = [...new Set(names.map((name) => name[0]!))];
  const lines = letters.map((letter) => names.filter((name) => name.startsWith(letter)).join(' '));
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "AdapterChoice AdapterDescription AsArrays AsTensors
    BufferTooLargeError
    CustomCall CustomRules
    DType DepthwiseOptions Device DeviceArray DeviceArrayOptions DeviceClosedError DeviceError DeviceLostError
    Feeds
    Loop LoopRequest
    MappedAxis MemoryBudgetError MemoryPolicy
    NoAdapterError
    OpenOptions Operand OutOfMemoryError
    Plan PlanRequest
    ReverseLoop ReverseRequest ReverseStatistics RunOptions
    Shape ShapeError StateSpec Step
    TangentCarry Tensor TensorTree TypedArray
    VmapOptions
    WindowOptions
    absolute add argmax argmin array averagePool
    bernoulli bitwiseAnd bitwiseOr bitwiseXor broadcastTo
    cast checkpoint choice concat constant conv2d cos cumulativeSum customDerivative
    depthwiseConv2d divide dot dynamicUpdate
    elementCount equal erf evaluate evaluateOnDevice exp expandAxes expm1
    filled flip floor foldIn
    gather globalAveragePool grad greater greaterEqual
    hvp
    input iota
    jacobianColumns jacobianRows jvp
    less lessEqual linearize listAdapters log log1p logSoftmax logicalNot logsumexp
    matmul max maxPool maximum mean min minimum modulo multiply
    negate norm normal notEqual
    oneHot onesLike openDevice
    pad permute power printGraph printMemory printPlan pullback
    randomBits randomIntegers randomKey randomPermutation relu reshape rsqrt
    segmentSum select shiftLeft shiftRight sigmoid sign sin slice softmax softplus split splitKey sqrt square squeeze stack state stepIndex stopGradient subtract sum sumOfDepthwiseConv2d sumPool
    take tangentStep tanh transpose
    uniform unpackBytes
    valueAndGrad valueAndGradWithAuxiliary variance vjp vmap
    zerosLike"
  `);
});

it.each(['tensor', 'bilevel'])('a name of %s is exported in one place', (name) => {
  const faces = [...readFaces(join(root, 'packages', name)).values()];
  const names = faces.flatMap((face) => face.map((one) => one.name));
  expect(names.filter((one, i) => names.indexOf(one) !== i)).toEqual([]);
});

const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'datasets'];

it.each(folders)('every export of %s says what it is', (folder) => {
  const faces = [...readFaces(join(root, folder))].filter(([face]) => !face.startsWith('./testing/'));
  const silent = faces.flatMap(([face, names]) =>
    names.filter(({ documentation }) => documentation === '').map(({ name }) => `${face}: ${name}`),
  );
  expect(silent).toEqual([]);
});

export type { ReferenceArray } from '../graph/op.ts';
export { evaluate, type Feeds } from './evaluate.ts';

export type { ReferenceArray } from '../ops/define.ts';
export { evaluate, type Feeds } from './evaluate.ts';

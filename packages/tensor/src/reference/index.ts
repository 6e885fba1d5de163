export { evaluate, type Feeds } from './evaluate.ts';
export type { ReferenceArray } from '../ops/define.ts';

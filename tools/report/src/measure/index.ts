export { type LoadResult, load } from '../load/load.ts';
export { canMeasureTrees, treeCpuSeconds, treeMemoryMb } from './process-tree.ts';

import { batchExecutor } from '../task-batch.ts';
import { checkTypes } from './check-types.ts';

/** `typecheck` of many projects in one process. */
export default batchExecutor(checkTypes);

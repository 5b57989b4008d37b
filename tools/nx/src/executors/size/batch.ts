import { batchExecutor } from '../task-batch.ts';
import { checkSizes } from './check-sizes.ts';

/** `size` of many endpoints and units in one process. */
export default batchExecutor(checkSizes);

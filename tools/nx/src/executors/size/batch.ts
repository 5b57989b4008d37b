import { checkSizes } from '@nanoservices/build';
import { batchExecutor } from '../task-batch.ts';

/** `size` of many endpoints and units in one process. */
export default batchExecutor(checkSizes);

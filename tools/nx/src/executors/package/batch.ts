import { packageFunctions } from '@nanoservices/deploy/packaging';
import { batchExecutor } from '../task-batch.ts';

/** `package` of many endpoints and units in one process, which reads the contracts and settings of all of them once. */
export default batchExecutor(packageFunctions);

import { batchExecutor } from '@nanoservices/workspace/task-batch';
import { packageFunctions } from './package-functions.ts';

/** `package` of many endpoints and units in one process, which reads the contracts and settings of all of them once. */
export default batchExecutor(packageFunctions);

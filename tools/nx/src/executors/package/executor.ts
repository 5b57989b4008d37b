import { singleExecutor } from '@nanoservices/workspace/task-batch';
import { packageFunctions } from './package-functions.ts';

/** `package` of one endpoint or unit. */
export default singleExecutor(packageFunctions);

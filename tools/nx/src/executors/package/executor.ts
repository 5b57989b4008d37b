import { packageFunctions } from '@nanoservices/deploy/packaging';
import { singleExecutor } from '../task-batch.ts';

/** `package` of one endpoint or unit. */
export default singleExecutor(packageFunctions);

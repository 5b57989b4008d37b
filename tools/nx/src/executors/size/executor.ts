import { checkSizes } from '@nanoservices/build';
import { singleExecutor } from '../task-batch.ts';

/** `size` of one endpoint or unit. */
export default singleExecutor(checkSizes);

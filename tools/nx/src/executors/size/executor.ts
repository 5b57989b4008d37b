import { singleExecutor } from '../task-batch.ts';
import { checkSizes } from './check-sizes.ts';

/** `size` of one endpoint or unit. */
export default singleExecutor(checkSizes);

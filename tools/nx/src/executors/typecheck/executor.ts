import { singleExecutor } from '../task-batch.ts';
import { checkTypes } from './check-types.ts';

/** `typecheck` of one project. */
export default singleExecutor(checkTypes);

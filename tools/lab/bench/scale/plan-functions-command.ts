/** `node plan-functions-command.ts`, from the root of a workspace: plans all its endpoints, each as a function. */
import { planFunctions } from '../../testbed/aws/plan-functions.ts';

const outcomes = await planFunctions(process.cwd(), 'dev', 'nano');
for (const outcome of outcomes) if ('error' in outcome) throw outcome.error;
console.log(`${outcomes.length} functions`);

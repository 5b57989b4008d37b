import * as z from 'zod';

/**
 * Variables that Lambda sets by itself and refuses in a configuration.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const reservedVariable =
  /^(?:_.*|AWS_(?:DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_(?:FUNCTION_(?:NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(?:GROUP|STREAM)_NAME|RUNTIME_API|MAX_CONCURRENCY)|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(?:TASK_ROOT|RUNTIME_DIR))$/;

/** The name of an environment variable that a function may have. */
export const VariableName = z
  .string()
  .regex(/^[A-Za-z]\w+$/, 'is no name of a variable: a letter, then letters, digits and "_", two at least')
  .refine((name) => !reservedVariable.test(name), 'is set by Lambda itself, which refuses another value');

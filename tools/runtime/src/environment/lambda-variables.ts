import { dirname } from 'node:path';
import type { FunctionConfiguration } from './function-configuration.ts';
import { localRegion } from './local-account.ts';

/** The value of TZ in Lambda. */
export const lambdaTimeZone = ':UTC';
/** The value of LANG in Lambda. */
export const lambdaLanguage = 'en_US.UTF-8';

/**
 * Makes the environment variables of a function, as nodejs24.x sets them. Of this machine's variables, a function sees PATH
 * and HOME only.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function lambdaVariables({
  functionName,
  memorySize,
  bundle,
  environment,
  logFormat,
  logLevel = logFormat === 'JSON' ? 'INFO' : undefined,
}: FunctionConfiguration): Record<string, string> {
  const region = localRegion();
  const code = dirname(bundle);
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    LANG: lambdaLanguage,
    TZ: lambdaTimeZone,
    LD_LIBRARY_PATH: `/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:${code}:${code}/lib:/opt/lib`,
    NODE_PATH: '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules',
    _HANDLER: 'handler.handler',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_LOG_FORMAT: logFormat,
    ...(logLevel && { AWS_LAMBDA_LOG_LEVEL: logLevel }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Requests signed with these reach the local Lambda only.
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    // Nothing listens at these two addresses.
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LAMBDA_TASK_ROOT: code,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    ...environment,
  };
}

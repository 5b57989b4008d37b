export type { Environment, InvokeResult } from './environment.ts';
export type { FunctionConfiguration } from './function-configuration.ts';
export { localFile, missingVariables } from './local-variables.ts';
export type { LogEntry } from './log-entry.ts';
export { environmentStarter, type StartEnvironment } from './start-environment.ts';

export type { Environment } from './environment.ts';
export type { FunctionConfiguration } from './function-configuration.ts';
export { environmentStarter, type StartEnvironment } from './start-environment.ts';

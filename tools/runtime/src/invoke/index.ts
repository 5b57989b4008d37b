export type { InvokeOptions } from './invoke-options.ts';
export { runOnce } from './run-once.ts';

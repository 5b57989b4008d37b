export { contractSource, handlerSource } from './endpoint-sources.ts';
export { TemporaryWorkspace } from './temporary-workspace.ts';

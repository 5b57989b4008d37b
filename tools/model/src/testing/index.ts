export { contractSource, handlerSource, plainEndpoint } from './endpoint-sources.ts';
export { TemporaryWorkspace } from './temporary-workspace.ts';

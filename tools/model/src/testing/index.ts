export { TemporaryWorkspace } from './temporary-workspace.ts';

export { type ApiSnapshot, apiSnapshot, type EndpointSnapshot, partOf } from './api-snapshot.ts';
export {
  type BreakingChange,
  type BrokenCaller,
  breakingChanges,
  changesOf,
  isPermitted,
  permissionOf,
  today,
} from './breaking-changes.ts';
export { snapshotOfCommit } from './commit-snapshot.ts';
export { parseSnapshot } from './parse-snapshot.ts';

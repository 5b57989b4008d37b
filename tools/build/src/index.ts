export {
  type Bundled,
  type BundleEntry,
  buildBatches,
  bundleEntries,
  isBuildFailure,
} from './bundle/bundle-entries.ts';
export { type BundleTask, bundleTasks, type TaskBundled } from './bundle/bundle-tasks.ts';
export { type UnitPart, unitEntry } from './bundle/unit-entry.ts';
export { writeUnitEntry } from './bundle/write-unit-entry.ts';
export {
  contentsOf,
  externalImports,
  type FunctionContents,
  type FunctionSource,
} from './contents/contents.ts';
export { linkLocalPackages } from './contents/local-packages.ts';
export { stageFunction } from './contents/stage.ts';
export { readContents, writeContents } from './contents/written-contents.ts';
export { esbuildExecutorOptions, esbuildSettings } from './esbuild-settings.ts';
export { functionFiles } from './package/function-files.ts';
export { zip } from './package/zip.ts';
export { type BundleSizes, sizesOf } from './size/bundle-budget.ts';
export { checkSizes, recordFile } from './size/check-sizes.ts';
export { recordSizes, type SizesRecorded } from './size/record-sizes.ts';
export type { BatchedTask, TaskOutcome } from './task-outcome.ts';
export { BuildFailed, Bundler } from './watch/bundler.ts';

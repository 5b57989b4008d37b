export { describeErrors, describeWarnings, isBuildFailure, undefinedImports } from './bundle/build-errors.ts';
export { type Bundled, type BundleEntry, buildBatches, bundleEntries } from './bundle/bundle-entries.ts';
export { type BundleTask, bundleTasks, refuseBundle, type TaskBundled } from './bundle/bundle-tasks.ts';
export { type UnitPart, unitEntry } from './bundle/unit-entry.ts';
export { writeUnitEntry } from './bundle/write-unit-entry.ts';
export {
  contentsOf,
  externalImports,
  type FunctionContents,
  type FunctionSource,
} from './contents/contents.ts';
export { linkLocalPackages } from './contents/local-packages.ts';
export { withAdvice } from './contents/native-packages.ts';
export { stageFunction } from './contents/stage.ts';
export { readContents, writeContents } from './contents/written-contents.ts';
export { esbuildExecutorOptions, esbuildSettings } from './esbuild-settings.ts';
export { BundleCheck } from './inputs/bundle-check.ts';
export { whyUncounted } from './inputs/uncounted-files.ts';
export { functionFiles } from './package/function-files.ts';
export { zip } from './package/zip.ts';
export { type BundleSizes, sizesOf } from './size/bundle-budget.ts';
export { checkSizes } from './size/check-sizes.ts';
export { recordSizes, type SizesRecorded } from './size/record-sizes.ts';
export type { BatchedTask, TaskOutcome } from './task-outcome.ts';
export { BuildFailed, Bundler } from './watch/bundler.ts';

export { type LogLevel, logLevels } from '@nanoservices/endpoint/log-levels';
export { wantsToken } from './access.ts';
export { type CodeSettings, codeSettings } from './code-settings.ts';
export {
  type ContractFile,
  type Contracts,
  readContract,
  readContracts,
  readContractsWithCallees,
} from './contracts.ts';
export { copyWorkspace, linkPackages } from './copy-workspace.ts';
export { type Dependent, deployOrder, orderGroups } from './deploy-order.ts';
export { ApiFile, apiFile, Cors, Jwt, type LocalCaller, Provider, readApiFile } from './files/api-file.ts';
export {
  type Architecture,
  type Manifest,
  readManifest,
  readNamedManifest,
} from './files/manifest.ts';
export {
  hasStages,
  type Preview,
  readPreviews,
  readStage,
  readStages,
  type Stage,
  StagesFile,
  stageIn,
  stagesFile,
} from './files/stages-file.ts';
export { type Isolation, type TopologyFile, topologyFile } from './files/topology-file.ts';
export { TrafficFile, trafficFile } from './files/traffic-file.ts';
export { VariableName } from './files/variable-name.ts';
export {
  type FolderOptions,
  type Folders,
  folderOptions,
  foldersOf,
  pluginOptions,
  readFolders,
  settingsPath,
} from './folders.ts';
export type { FunctionSettings } from './function-settings.ts';
export { findHandler, handlerFiles, isHandlerFile, isPlainHandler } from './handler-file.ts';
export {
  type DatabaseFiles,
  type Endpoint,
  type Layout,
  readLayout,
  type SchemaPackage,
  type Unit,
} from './layout.ts';
export { mayBePacked } from './may-be-packed.ts';
export { refuseShared, refuseStrangers } from './misplaced.ts';
export { kebabCase, reservedNames } from './names.ts';
export {
  activeTopology,
  type ContractFacts,
  countPrivileges,
  findGroup,
  groupEndpoints,
  type PackedApplication,
  type PackedFunction,
  pack,
  packAlone,
  packEvery,
  packOne,
  type Route,
  routeKey,
} from './pack.ts';
export {
  addCommand,
  installCommand,
  lockFileNames,
  type PackageManager,
  packageManagerOf,
  refusePlugAndPlay,
  siblingRange,
} from './package-manager.ts';
export { mistakeInPermissions } from './permissions.ts';
export { fillEnvironment, type PlaceholderValues, replacePlaceholders } from './placeholders.ts';
export { readLenientJson } from './read-json.ts';
export { refuseTwoValues } from './refuse-two-values.ts';
export {
  mistakeInRoute,
  parameterNames,
  refuseConflictingParameters,
  refuseSameRoutes,
  routeShape,
} from './route-rules.ts';
export { messageOf, UsageError } from './usage-error.ts';
export type { FunctionVariable, VariableFacts } from './variables.ts';
export {
  type ApiDocumentation,
  importSchemas,
  readDocumentation,
  readWorkspace,
  schemasModule,
  type Workspace,
} from './workspace.ts';
export {
  declaredGlobs,
  isWorkspacePackage,
  pnpmWorkspaceFile,
  workspaceGlobs,
} from './workspace-globs.ts';
export { workspacePath } from './workspace-path.ts';

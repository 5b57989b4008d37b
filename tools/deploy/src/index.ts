export type { Decision } from './deploy/decide.ts';
export { type FunctionResult, planFunction } from './deploy/deploy-function.ts';
export {
  type DeployRequest,
  type DeployResult,
  deployStage,
  type Phase,
  type StageDeployment,
} from './deploy/deploy-stage.ts';
export { type Outcome, runTasks } from './deploy/run-tasks.ts';
export { Failed, LeaseTaken, SmokeTestFailed } from './errors.ts';
export { requireAccount } from './live/account.ts';
export { lambdaClient } from './live/lambda-client.ts';
export { LiveFunctions } from './live/live-functions.ts';
export { type Stack, Stacks } from './live/stacks.ts';
export { type AffectedBase, affectedBase, recordDeployedCommit } from './operate/affected-base.ts';
export { routedFunctions } from './operate/deployed-stage.ts';
export { type LiveBreak, type LiveComparison, liveBreaks } from './operate/live-breaks.ts';
export { findUnused, type PruneRequest, prune, type Unused } from './operate/prune.ts';
export { type RollbackRequest, type RolledBack, rollBack } from './operate/roll-back.ts';
export { type RotateRequest, rotatePasswords } from './operate/rotate-passwords.ts';
export {
  missingOf,
  missingSecretsText,
  readSecrets,
  removeSecrets,
  type SecretOf,
  type StageSecret,
  setSecret,
} from './operate/stage-secrets.ts';
export { type FunctionStatus, type StageStatus, stageStatus } from './operate/stage-status.ts';
export { packageFunctions } from './packaging/package-functions.ts';
export { type ApiStack, apiStacks } from './stacks/api-stacks.ts';
export { domainTargetOutput } from './stacks/domain.ts';
export { databaseUrlParameter, functionName, liveAlias, stackName } from './stacks/names.ts';
export {
  type BootstrapStep,
  bootstrapAdvice,
  bootstrapStage,
  parentOf,
} from './stages/bootstrap.ts';
export { type DeployedStage, deployedStages, expiryOf } from './stages/deployed-stages.ts';
export type { RightsRequest } from './stages/deployer-rights.ts';
export { type Deployer, deployerNotes, deployerRole, renderDeployerRole } from './stages/deployer-role.ts';
export { removeStage, whatIsLeft } from './stages/remove.ts';
export { isEmpty, readContents, type StageContents, stacksOf } from './stages/stage-contents.ts';

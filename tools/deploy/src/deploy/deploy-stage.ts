import {
  messageOf,
  orderGroups,
  type PackedApplication,
  type PackedFunction,
  type Route,
  type Stage,
  UsageError,
  type Workspace,
} from '@nanoservices/model';
import { requireAccount } from '../live/account.ts';
import { DeployedCommit } from '../live/deployed-commit.ts';
import { DeploymentFiles } from '../live/deployment-files.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { stageLeases } from '../live/stage-leases.ts';
import { VersionMetrics } from '../live/version-metrics.ts';
import { liveVersions } from '../operate/deployed-stage.ts';
import { missingSecrets, missingSecretsText, type SecretOf } from '../operate/stage-secrets.ts';
import { readTemplates } from '../packaging/template-files.ts';
import { apiStacks } from '../stacks/api-stacks.ts';
import { checkStreams, checkTopology } from '../stacks/budgets.ts';
import { checkFunctions } from '../stacks/function-limits.ts';
import { functionService } from '../stacks/function-service.ts';
import { functionName, liveAlias, stackName } from '../stacks/names.ts';
import { routedFunctionCounts, servedApplication } from '../stacks/served-application.ts';
import { checkCompatible } from './check-compatible.ts';
import { connectionLimits } from './connection-budget.ts';
import { currentCommit, isCommitted } from './current-commit.ts';
import type { Decision } from './decide.ts';
import { type ApiTarget, deployApi, planApi, prepareApi } from './deploy-api.ts';
import { type FunctionResult, planFunction } from './deploy-function.ts';
import { deploymentBucket, deployPlatform, planPlatform } from './deploy-stacks.ts';
import { tightenRoles } from './function-roles.ts';
import { functionTasks, rightsTasks } from './function-tasks.ts';
import { migrateStage } from './migrate-stage.ts';
import { requireDomain } from './require-domain.ts';
import { requireFunctionUrls } from './require-function-urls.ts';
import { type Outcome, type RunOptions, runTasks, type Task } from './run-tasks.ts';
import { requireDatabase, stageDatabase, whereReachable } from './stage-database.ts';
import { checkVariables } from './stage-variables.ts';

/** The result of a part of a deployment. */
export type DeployResult = FunctionResult | Decision;

export interface DeployRequest extends RunOptions {
  readonly stage: Stage;
  /** Names of functions, and `platform`, `database`, `api`; empty for all of them. */
  readonly names: readonly string[];
  /** Default: NANO_TOPOLOGY, or the active one. */
  readonly topology?: string | undefined;
  /** Dry-run mode: decisions without changes. */
  readonly isDryRun: boolean;
  /** Deployment of unchanged parts, too. */
  readonly isForced: boolean;
  readonly skipMigrations: boolean;
  /** Longest wait for another deployment of the same part. */
  readonly waitMs: number;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
  /** Called with the functions to deploy, after the settings are checked: their artifacts are read next. */
  readonly prepare: (functions: readonly PackedFunction[]) => Promise<void>;
}

/** A part of the time that a deployment took. */
export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

/** The outcome of a deployment. */
export interface StageDeployment {
  readonly topology: string;
  readonly commit: string;
  readonly outcomes: readonly Outcome<DeployResult>[];
  /** The parts that were not tried, since another part failed before them. */
  readonly notTried: readonly string[];
  /** The routes of the functions in this deployment. */
  readonly routes: readonly Route[];
  /** The routes that the stage does not serve: they want a token, and it has no issuer of tokens. */
  readonly leftOut: readonly Route[];
  /** Secrets that functions of this deployment need, and the stage does not have. Only a dry run has any. */
  readonly missingSecrets: readonly SecretOf[];
  /** Where the time went. */
  readonly phases: readonly Phase[];
  /** The address of the API; undefined when it is not deployed, or nothing is to be changed. */
  readonly apiUrl: string | undefined;
}

/**
 * Deploys the parts of an application that changed: platform, database, functions, and then the API.
 *
 * @throws UsageError when a setting is wrong, an AWS limit is exceeded, a secret is missing, or the database cannot be used:
 * nothing has been touched then
 * @throws Failed when AWS cannot be used
 */
export async function deployStage(workspace: Workspace, request: DeployRequest): Promise<StageDeployment> {
  const { stage, isForced, tell } = request;
  const { root: workspaceRoot } = workspace;
  const packed = workspace.pack(request.topology);
  checkTopology(stage, packed.topology, routedFunctionCounts(stage, workspace));
  const wanted = wantedParts(workspace, packed, request);
  const { application, leftOut } = servedApplication(stage, packed);
  const isWanted = (route: Route) => wanted.has('api') || wanted.has(route.function);
  const routes = application.routes.filter(isWanted);
  checkStreams(routes);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const target: ApiTarget = { stage, stacks, functions, application, isForced };
  const withDatabase = application.functions.filter(({ usesDatabase }) => usesDatabase);
  const migrates = wanted.has('database') && !request.skipMigrations && withDatabase.length > 0;
  // A mistake that would stop the deployment later is refused now, also in a deployment of one function.
  connectionLimits(stage, withDatabase);
  const deployed = application.functions.filter(({ name }) => wanted.has(name));
  checkVariables(stage, deployed);
  checkFunctions(stage, deployed);
  apiStacks(stage, application);
  // Serverless refuses wrong keys of "extend" now.
  await readTemplates(
    workspaceRoot,
    stage,
    deployed.filter(({ settings }) => settings.extend),
  );
  await requireAccount(stage);
  const missing = await missingSecrets(stage, deployed);
  if (missing.length > 0 && !request.isDryRun) throw new UsageError(missingSecretsText(stage, missing));
  const requireApi = async () => {
    if (!migrates) await requireFunctionUrls(stage, withDatabase);
    await requireDomain(target);
  };
  if (wanted.has('api') && !request.isDryRun) await requireApi();
  const otherwise = 'To deploy without it, migrate from elsewhere and add --skip-migrations.';
  const database = migrates && !request.isDryRun ? await requireDatabase(stage, otherwise) : undefined;

  const run = runnerOf(request);
  const commit = currentCommit(workspaceRoot);
  const deployedCommit = new DeployedCommit(stage);
  const beforeChange = () => deployedCommit.remove();
  const finish = async (): Promise<StageDeployment> => ({
    topology: application.topology,
    commit,
    outcomes: run.outcomes,
    notTried: [...application.functions.map(({ name }) => name), 'api'].filter(
      (name) => wanted.has(name) && !run.outcomes.some((outcome) => outcome.name === name),
    ),
    routes,
    leftOut: leftOut.filter(isWanted),
    missingSecrets: missing,
    phases: run.phases,
    apiUrl: request.isDryRun ? undefined : await readApiUrl(stacks, request),
  });
  const groups = orderGroups(
    deployed.map((packed) => ({
      name: packed.name,
      packed,
      dependencies: packed.calls.map((call) => call.function),
    })),
  );
  if (groups.length > 0)
    await run.time('packages', () => request.prepare(groups.flat().map(({ packed }) => packed)));
  const checkContracts = async () => {
    const { isDryRun } = request;
    const place = { workspace, stage, stacks, functions };
    const contracts = await checkCompatible({ ...place, deployed, isDryRun, tell });
    if (contracts.losing.size === 0 || wanted.has('api')) return contracts;
    throw new UsageError(
      `Endpoints leave ${[...contracts.losing].join(', ')}, and the API still leads there. Deploy the API, too: npx nanos deploy ${[...request.names, 'api'].join(' ')} --stage ${stage.name}`,
    );
  };
  if (request.isDryRun) {
    await run('plan', [
      ...(wanted.has('platform') ? [{ name: 'platform', run: () => planPlatform(target) }] : []),
      ...groups.flat().map(({ name, packed }) => ({
        name,
        run: () => planFunction({ workspaceRoot, stage, functions, isForced }, packed),
      })),
      ...(wanted.has('api') ? [{ name: 'api', run: () => requireApi().then(() => planApi(target)) }] : []),
    ]);
    if (!run.failed()) await checkContracts();
    return finish();
  }
  const contracts = await checkContracts();
  if (wanted.has('platform'))
    await run('platform', [
      { name: 'platform', run: (say) => deployPlatform({ ...target, beforeChange }, say) },
    ]);
  if (database) {
    const migrating = async () =>
      migrated(
        await migrateStage(stage, database, withDatabase, workspace.database, {
          beforeChange,
          readLive: () => liveVersions(stage, stacks, functions),
        }),
      );
    await run('database', [{ name: 'database', run: migrating }]);
  }
  const needsBucket = groups.length > 0 || wanted.has('api');
  if (!needsBucket || run.failed()) return finish();
  const bucket = await deploymentBucket(target);
  await contracts.record(bucket);
  const files = new DeploymentFiles(stage, bucket);
  const leases = stageLeases(stage, { bucket, waitMs: request.waitMs, tell });
  const calleesFirst = groups.flat().map(({ packed }) => packed);
  const metrics = new VersionMetrics(stage.region);
  const clients = { stacks, functions, leases, files, metrics };
  const place = { workspaceRoot, stage, ...clients, commit, isForced, beforeChange };
  const isApiWanted = wanted.has('api') && groups.length > 0;
  // An error there comes again when the API is deployed, and is told then.
  const preparing = isApiWanted ? prepareApi({ ...target, leases, beforeChange }).catch(() => {}) : undefined;
  const isLosing = ({ name }: PackedFunction) => contracts.losing.has(name);
  const first = calleesFirst.filter((one) => !isLosing(one));
  await run('functions', functionTasks(place, first));
  await preparing;
  // A route must not lead to a function that is missing or failed to deploy.
  if (wanted.has('api') && !run.failed()) {
    const deploy = (say: (step: string) => void) =>
      deployApi({ ...target, leases, files, beforeChange }, say);
    await run('api', [{ name: 'api', run: deploy }]);
  }
  if (!run.failed())
    await run('functions after the api', functionTasks(place, calleesFirst.filter(isLosing)));
  // Now, not what was decided minutes ago: a rollback may have been faster.
  const looked = wanted.has('api') ? application.functions : deployed;
  const isCurrent = await currentFunctions(target, looked, run.outcomes);
  await run('rights', await rightsTasks(place, calleesFirst.filter(isCurrent)));
  // With the API, the routes lead to functions that are up to date, which need no rights that no contract declares any more.
  if (wanted.has('api') && !run.failed() && !request.skipMigrations && withDatabase.length > 0) {
    await run.attempt('rights in the database', async () => {
      const tightened = database ?? (await stageDatabase(stage));
      await whereReachable(tightened, () => tightenRoles(stage, tightened, withDatabase.filter(isCurrent)));
    });
  }
  const isWhole = [...stackParts, ...application.functions.map(({ name }) => name)].every((name) =>
    wanted.has(name),
  );
  const isComplete =
    isWhole && !request.skipMigrations && !run.failed() && application.functions.every(isCurrent);
  if (isComplete && isCommitted(commit)) {
    await run.attempt('record', () => deployedCommit.write({ commit, topology: application.topology }));
  }
  return finish();
}

/** Reads the address of the API. What has been deployed is deployed, even if nobody can say where. */
async function readApiUrl(stacks: Stacks, { stage, tell }: DeployRequest): Promise<string | undefined> {
  try {
    return (await stacks.read(stackName(stage, 'api')))?.outputs.HttpApiUrl;
  } catch (error) {
    tell(`The address of the API could not be read. ${messageOf(error)}`);
    return undefined;
  }
}

/** Runs tasks in phases, and keeps the outcomes of all of them and the time of each phase. */
function runnerOf({ concurrency, progress }: RunOptions) {
  const outcomes: Outcome<DeployResult>[] = [];
  const phases: Phase[] = [];
  const time = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      phases.push({ name, durationMs: Math.round(performance.now() - startedAt) });
    }
  };
  const run = async (name: string, tasks: readonly Task<DeployResult>[]) => {
    if (tasks.length === 0) return;
    outcomes.push(...(await time(name, () => runTasks(tasks, { concurrency, progress }))));
  };
  /** Does what is worth a line only if it fails: what went live before is live. */
  const attempt = async (name: string, work: () => Promise<void>) => {
    const startedAt = performance.now();
    try {
      await time(name, work);
    } catch (error) {
      outcomes.push({ name, error, durationMs: Math.round(performance.now() - startedAt) });
    }
  };
  const failed = () => outcomes.some((outcome) => 'error' in outcome);
  return Object.assign(run, { outcomes, phases, time, attempt, failed });
}

/**
 * Finds the functions whose live version is the wanted one, at this moment. Of functions that this deployment does not touch, only the
 * configuration is known.
 */
async function currentFunctions(
  { stage, functions }: ApiTarget,
  looked: readonly PackedFunction[],
  outcomes: readonly Outcome<DeployResult>[],
): Promise<(packed: PackedFunction) => boolean> {
  const results = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const isCurrent = async (packed: PackedFunction) => {
    const outcome = results.get(packed.name);
    const result = outcome && 'result' in outcome ? outcome.result : undefined;
    if (outcome && !(result && 'isCurrent' in result && result.isCurrent)) return false;
    const live = await functions.read(functionName(stage, packed.name), liveAlias);
    const isSameCode = !result || ('codeSha256' in result && result.codeSha256 === live?.codeSha256);
    return isSameCode && live?.configuration === functionService(stage, packed).configuration;
  };
  const current = await Promise.all(looked.map(isCurrent));
  const names = new Set(looked.filter((_, index) => current[index]).map(({ name }) => name));
  return ({ name }) => names.has(name);
}

const stackParts = ['platform', 'database', 'api'];

/** The parts of a deployment that the names stand for; all parts when there is no name. */
function wantedParts(
  workspace: Workspace,
  application: PackedApplication,
  { names, tell }: DeployRequest,
): Set<string> {
  const functions = application.functions.map(({ name }) => name);
  if (names.length === 0) return new Set([...stackParts, ...functions]);
  for (const name of names) {
    if (stackParts.includes(name) || functions.includes(name)) continue;
    const { endpoints } = workspace.functionNamed(name);
    const holders = new Set(endpoints.map((endpoint) => application.functionOf(endpoint.name).name));
    tell(
      `${name} is no function of the topology ${application.topology}: its endpoints are in ${[...holders].join(', ')}. Nothing to deploy.`,
    );
  }
  return new Set(names);
}

function migrated(done: readonly string[]): Decision {
  return done.length === 0
    ? { action: 'skip', reason: 'up to date' }
    : { action: 'full', reason: done.join('; ') };
}

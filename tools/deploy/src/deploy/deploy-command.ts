import { execFileSync } from 'node:child_process';
import type { Stage } from '@nanoservices/platform';
import { deployGroups } from '@nanoservices/workspace/deploy-order';
import { findPacked } from '@nanoservices/workspace/function-settings';
import { packFunctions, readPacking, readTopologyFile } from '@nanoservices/workspace/topology';
import { exitCodes, reportError } from '../exit-codes.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { Leases } from '../live/lease.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { checkTopology } from '../settings/budgets.ts';
import { type Deployment, readDeployment } from '../settings/read-deployment.ts';
import { readStage } from '../settings/read-stage.ts';
import type { Decision } from './decide.ts';
import { deployFunction, type FunctionResult, planFunction } from './deploy-function.ts';
import { type DeployOptions, parseDeployOptions, usage } from './deploy-options.ts';
import {
  type ApiTarget,
  apiServiceOf,
  deployApi,
  deploymentBucket,
  deployPlatform,
  planApi,
  planPlatform,
} from './deploy-stacks.ts';
import { tightenRoles } from './function-roles.ts';
import { migrateStage } from './migrate-stage.ts';
import { type Outcome, runTasks, type Task } from './run-tasks.ts';
import { stageDatabase } from './stage-database.ts';

type Result = FunctionResult | Decision;

/** `deploy`: see the usage text. */
export async function deployCommand(workspaceRoot: string, args: string[]): Promise<number> {
  try {
    const options = parseDeployOptions(args);
    if (!options) {
      console.log(usage);
      return exitCodes.done;
    }
    return await deploy(workspaceRoot, options);
  } catch (error) {
    return reportError(error);
  }
}

async function deploy(workspaceRoot: string, options: DeployOptions): Promise<number> {
  const stage = readStage(workspaceRoot, options.stage);
  const deployment = await readDeployment(workspaceRoot, options.topology);
  checkTopology(deployment.topology, functionCounts(workspaceRoot));
  const wanted = wantedParts(workspaceRoot, options.names, deployment);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const { isForced } = options;
  const target: ApiTarget = { workspaceRoot, stage, stacks, functions, deployment, isForced };
  // Whatever is wrong with it is said before anything is deployed.
  if (wanted.has('api')) apiServiceOf(stage, deployment);

  const run = runnerOf(options);
  const commit = currentCommit(workspaceRoot);
  const groups = deployGroups(
    deployment.functions
      .filter(({ name }) => wanted.has(name))
      .map((one) => ({ ...one, callees: one.calls.map((call) => call.function) })),
  );
  if (options.isDryRun) {
    await run([
      ...(wanted.has('platform') ? [{ name: 'platform', run: () => planPlatform(target) }] : []),
      ...groups.flat().map((one) => ({
        name: one.name,
        run: () => planFunction({ workspaceRoot, stage, functions, commit, isForced }, one),
      })),
      ...(wanted.has('api') ? [{ name: 'api', run: () => planApi(target) }] : []),
    ]);
    return finish(options, deployment, commit, run.outcomes);
  }
  if (wanted.has('platform')) await run([{ name: 'platform', run: () => deployPlatform(target) }]);
  if (wanted.has('database') && !options.skipMigrations && databaseFunctions(deployment).length > 0) {
    await run([
      {
        name: 'database',
        run: async () => migrated(await migrateStage(stage, databaseFunctions(deployment))),
      },
    ]);
  }
  const needsBucket = groups.length > 0 || wanted.has('api');
  if (needsBucket && !run.failed()) {
    const bucket = await deploymentBucket(target);
    const leases = new Leases({
      bucket,
      region: stage.region,
      patienceMs: options.waitMs,
      silenceMs: Number(process.env.DEPLOY_LEASE_SILENCE_MS ?? 30_000),
      onWait: (name, holder) => console.error(`${name}: waiting for ${holder}`),
    });
    for (const group of groups) {
      await run(
        group.map((one) => ({
          name: one.name,
          run: (say) =>
            deployFunction({ workspaceRoot, stage, bucket, functions, leases, commit, isForced }, one, say),
        })),
      );
    }
    // A route must not lead to a function that is not there, or is not what it should be.
    if (wanted.has('api') && !run.failed()) {
      await run([{ name: 'api', run: () => deployApi({ ...target, leases, bucket }) }]);
      if (!run.failed() && !options.skipMigrations) await tighten(stage, deployment);
      const url = (await stacks.read(`${stage.application}-${stage.name}-api`))?.outputs.HttpApiUrl;
      if (url && !options.json) console.log(`The API of ${stage.name} is at ${url}`);
    }
  }
  return finish(options, deployment, commit, run.outcomes);
}

/** Runs tasks, and keeps what became of all of them. */
function runnerOf({ json, concurrency }: DeployOptions) {
  const outcomes: Outcome<Result>[] = [];
  const progress = json ? 'none' : process.stdout.isTTY && !process.env.CI ? 'terminal' : 'lines';
  const run = async (tasks: readonly Task<Result>[]) => {
    outcomes.push(...(await runTasks(tasks, { concurrency, progress })));
  };
  return Object.assign(run, { outcomes, failed: () => outcomes.some((outcome) => 'error' in outcome) });
}

/** The parts of a deployment that these names mean; all, when there is none. */
function wantedParts(workspaceRoot: string, names: readonly string[], deployment: Deployment): Set<string> {
  const stacks = ['platform', 'database', 'api'];
  const functions = deployment.functions.map(({ name }) => name);
  if (names.length === 0) return new Set([...stacks, ...functions]);
  for (const name of names) {
    if (stacks.includes(name) || functions.includes(name)) continue;
    const { endpoints } = findPacked(name, readPacking(workspaceRoot));
    const holders = new Set(
      deployment.routes
        .filter(({ contract }) => endpoints.some((endpoint) => endpoint.name === contract.name))
        .map((route) => route.function),
    );
    console.error(
      `${name} is no function of the topology ${deployment.topology}: its endpoints are in ${[...holders].join(', ')}. Nothing to deploy.`,
    );
  }
  return new Set(names);
}

function functionCounts(workspaceRoot: string): Record<string, number> {
  const packing = readPacking(workspaceRoot);
  const file = readTopologyFile(workspaceRoot);
  return Object.fromEntries(
    Object.keys(file.topologies).map((name) => [name, packFunctions(packing, file, name).length]),
  );
}

function databaseFunctions({ functions }: Deployment) {
  return functions.filter((one) => one.usesDatabase);
}

/** Now that every function is what its contracts say, so is what it may do in the database. */
async function tighten(stage: Stage, deployment: Deployment): Promise<void> {
  const functions = databaseFunctions(deployment);
  if (functions.length > 0) await tightenRoles(stage, await stageDatabase(stage), functions);
}

function migrated(done: readonly string[]): Decision {
  return done.length === 0
    ? { action: 'skip', reason: 'up to date' }
    : { action: 'full', reason: done.join('; ') };
}

/** What git has checked out, so that one can tell from a live function what it was made of. */
function currentCommit(workspaceRoot: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: workspaceRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const isClean = git('status', '--porcelain') === '';
    return git('rev-parse', '--short=12', 'HEAD') + (isClean ? '' : '-changed');
  } catch {
    return 'unknown';
  }
}

function finish(
  options: DeployOptions,
  { topology }: Deployment,
  commit: string,
  outcomes: readonly Outcome<Result>[],
): number {
  const failures = outcomes.filter((outcome) => 'error' in outcome);
  if (options.json) {
    const results = outcomes.map((outcome) =>
      'error' in outcome
        ? { name: outcome.name, durationMs: outcome.durationMs, error: String(outcome.error) }
        : { name: outcome.name, durationMs: outcome.durationMs, ...outcome.result },
    );
    const { stage, isDryRun } = options;
    console.log(JSON.stringify({ stage, topology, commit, dryRun: isDryRun, results }, null, 2));
  } else {
    for (const outcome of outcomes) console.log(summary(outcome, options.isDryRun));
  }
  const codes = failures.map(({ name, error }) => {
    console.error(`\n${name} was not deployed.`);
    return reportError(error);
  });
  return codes.length === 0 ? exitCodes.done : Math.min(...codes);
}

function summary(outcome: Outcome<Result>, isDryRun: boolean): string {
  const seconds = `${(outcome.durationMs / 1000).toFixed(1)} s`;
  if ('error' in outcome) return `✗ ${outcome.name}: failed (${seconds})`;
  const { action, reason } = outcome.result;
  const version = 'version' in outcome.result ? `, version ${outcome.result.version} is live` : '';
  if (action === 'skip') return `- ${outcome.name}: ${reason}`;
  if (isDryRun) return `→ ${outcome.name}: ${action === 'full' ? 'full deployment' : 'code only'}: ${reason}`;
  return `✓ ${outcome.name}: ${reason}${version} (${seconds})`;
}

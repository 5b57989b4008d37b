import { deployStage, type StageDeployment } from '@nanoservices/deploy';
import { type PackedFunction, readWorkspace, type Workspace } from '@nanoservices/model';
import { command, integer, type Request } from '../command-line/command.ts';
import { exitCodes, reportError } from '../command-line/exit-codes.ts';
import { deploySummary } from './deploy-summary.ts';
import { ProgressLine } from './progress-line.ts';
import { runQuietly } from './run-quietly.ts';
import { requireStage, stageOption, topologyOption } from './stage-option.ts';
import { tell } from './tell.ts';

const options = {
  ...stageOption,
  ...topologyOption,
  'dry-run': { type: 'boolean', description: 'print what would be done, and why; change nothing' },
  packaged: {
    type: 'boolean',
    description: 'do not package first: the artifacts are known to be up to date',
  },
  force: { type: 'boolean', description: 'deploy what is unchanged, too' },
  'skip-migrations': { type: 'boolean', description: 'of a database that cannot be reached from here' },
  wait: {
    type: 'string',
    value: 'SECONDS',
    description: 'for another deployment of the same (default 600)',
  },
  concurrency: { type: 'string', value: 'N', description: 'functions at once (default 100)' },
  json: { type: 'boolean', description: 'print the results as JSON' },
} as const;

const deployCommand = command({
  name: 'deploy',
  summary: 'Deploy the functions that changed, and the API',
  names: {
    value: '[name ...]',
    description:
      'functions, platform (the deployment bucket), database (migrations), api (routes); default: all',
    most: Number.POSITIVE_INFINITY,
  },
  options,
  details: `It builds and packages the functions, compares them with what is live, and skips those that are live already, or were
rolled back and have not changed since.

Exit codes: 0 done, 1 something could not be deployed (what was live still is), 2 wrong usage or settings, 3 another
deployment of the same is running. (Nx has its own.)`,
  run: async (request) => (await deployAsAsked(request)).exitCode,
});
export default deployCommand;

/** Deploys what a command line asks for, and prints the results. */
export async function deployAsAsked({
  workspaceRoot,
  names,
  values,
}: Request<typeof options>): Promise<{ exitCode: number; deployment: StageDeployment }> {
  const stageName = requireStage(values.stage);
  const { json = false, 'dry-run': isDryRun = false } = values;
  const isTerminal = process.stdout.isTTY && !process.env.CI;
  const concurrency = { from: 1, to: 1000, otherwise: 100 };
  const wait = { from: 1, to: 999_999, otherwise: 600 };
  const workspace = await readWorkspace(workspaceRoot);
  const deployment = await deployStage(workspace, {
    stage: workspace.stage(stageName),
    names,
    topology: values.topology,
    isDryRun,
    isForced: values.force ?? false,
    skipMigrations: values['skip-migrations'] ?? false,
    waitMs: 1000 * integer('wait', values.wait, wait),
    concurrency: integer('concurrency', values.concurrency, concurrency),
    progress: json ? 'none' : isTerminal ? 'terminal' : 'lines',
    tell,
    prepare: async (functions) => {
      if (!values.packaged) await packageFunctions(workspace, functions);
    },
  });
  if (json) printJson(deployment, stageName, isDryRun);
  else console.log(deploySummary(deployment, { stage: stageName, isDryRun }));
  return { exitCode: exitCodeOf(deployment), deployment };
}

/** Packages as the target `package` does, from the cache where nothing changed. */
async function packageFunctions(
  { root: workspaceRoot, endpoints, units }: Workspace,
  functions: readonly PackedFunction[],
): Promise<void> {
  const { configuredTargetNames } = await import('../plugin/target-names.ts');
  const roots = new Set(functions.map(({ root }) => root));
  const packages = [...endpoints, ...units]
    .filter(({ root }) => roots.has(root))
    .map((one) => one.packageName);
  const target = configuredTargetNames(workspaceRoot).package;
  const progress = new ProgressLine();
  progress.show('packaging ...');
  try {
    const args = ['run-many', '-t', target, '-p', packages.join(',')];
    runQuietly(workspaceRoot, args, 'The functions could not be packaged; nothing was deployed.');
  } finally {
    progress.clear();
  }
}

function printJson(deployment: StageDeployment, stage: string, dryRun: boolean): void {
  const { topology, commit, outcomes, missingSecrets, phases } = deployment;
  const leftOut = deployment.leftOut.map(({ endpoint }) => endpoint).sort();
  const results = outcomes.map((outcome) =>
    'error' in outcome
      ? { name: outcome.name, durationMs: outcome.durationMs, error: String(outcome.error) }
      : { name: outcome.name, durationMs: outcome.durationMs, ...outcome.result },
  );
  console.log(
    JSON.stringify({ stage, topology, commit, dryRun, results, phases, leftOut, missingSecrets }, null, 2),
  );
}

function exitCodeOf({ outcomes }: StageDeployment): number {
  const failures = outcomes.filter((outcome) => 'error' in outcome);
  const codes = failures.map(({ name, error }) => {
    console.error(`\n${name} was not deployed.`);
    return reportError(error);
  });
  return codes.length === 0 ? exitCodes.done : Math.min(...codes);
}

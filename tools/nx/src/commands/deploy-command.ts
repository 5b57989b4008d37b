import { availableParallelism } from 'node:os';
import { type DeployResult, deployStage, type Outcome, type StageDeployment } from '@nanoservices/deploy';
import { readWorkspace } from '@nanoservices/model';
import { command, integer } from '../command-line/command.ts';
import { exitCodes, reportError } from '../command-line/exit-codes.ts';
import { requireStage, stageOption, tell, topologyOption } from './stage-option.ts';

const options = {
  ...stageOption,
  ...topologyOption,
  'dry-run': { type: 'boolean', description: 'print what would be done, and why; change nothing' },
  force: { type: 'boolean', description: 'deploy what is unchanged, too' },
  'skip-migrations': { type: 'boolean', description: 'of a database that cannot be reached from here' },
  wait: {
    type: 'string',
    value: 'SECONDS',
    description: 'for another deployment of the same (default 600)',
  },
  concurrency: { type: 'string', value: 'N', description: 'functions at once' },
  json: { type: 'boolean', description: 'print the results as JSON' },
} as const;

export default command({
  name: 'deploy',
  summary: 'Deploy the functions that changed, and the API',
  names: {
    value: '[name ...]',
    description:
      'functions, platform (the deployment bucket), database (migrations), api (routes); default: all',
    most: Number.POSITIVE_INFINITY,
  },
  options,
  details: `It deploys what is packaged: nx run-many -t package. Functions whose code and configuration are live already are skipped.

Exit codes: 0 done, 1 something could not be deployed (what was live still is), 2 wrong usage or settings, 3 another
deployment of the same is running. (Nx has its own.)`,
  run: async ({ workspaceRoot, names, values }) => {
    const stageName = requireStage(values.stage);
    const { json = false, 'dry-run': isDryRun = false } = values;
    const isTerminal = process.stdout.isTTY && !process.env.CI;
    const concurrency = { from: 1, to: 1000, otherwise: Math.max(4, availableParallelism()) };
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
    });
    if (json) printJson(deployment, stageName, isDryRun);
    else print(deployment, stageName, isDryRun);
    return exitCodeOf(deployment);
  },
});

function printJson({ topology, commit, outcomes }: StageDeployment, stage: string, dryRun: boolean): void {
  const results = outcomes.map((outcome) =>
    'error' in outcome
      ? { name: outcome.name, durationMs: outcome.durationMs, error: String(outcome.error) }
      : { name: outcome.name, durationMs: outcome.durationMs, ...outcome.result },
  );
  console.log(JSON.stringify({ stage, topology, commit, dryRun, results }, null, 2));
}

function print({ outcomes, apiUrl }: StageDeployment, stage: string, isDryRun: boolean): void {
  for (const outcome of outcomes) console.log(summaryOf(outcome, isDryRun));
  if (apiUrl) console.log(`The API of ${stage} is at ${apiUrl}`);
}

function summaryOf(outcome: Outcome<DeployResult>, isDryRun: boolean): string {
  const seconds = `${(outcome.durationMs / 1000).toFixed(1)} s`;
  if ('error' in outcome) return `✗ ${outcome.name}: failed (${seconds})`;
  const { action, reason } = outcome.result;
  const version = 'version' in outcome.result ? `, version ${outcome.result.version} is live` : '';
  if (action === 'skip') return `- ${outcome.name}: ${reason}`;
  if (isDryRun) return `→ ${outcome.name}: ${action === 'full' ? 'full deployment' : 'code only'}: ${reason}`;
  return `✓ ${outcome.name}: ${reason}${version} (${seconds})`;
}

function exitCodeOf({ outcomes }: StageDeployment): number {
  const failures = outcomes.filter((outcome) => 'error' in outcome);
  const codes = failures.map(({ name, error }) => {
    console.error(`\n${name} was not deployed.`);
    return reportError(error);
  });
  return codes.length === 0 ? exitCodes.done : Math.min(...codes);
}

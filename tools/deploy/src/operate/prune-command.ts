import { createInterface } from 'node:readline/promises';
import { functionName, type Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { removeRoles } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { exitCodes, reportError } from '../exit-codes.ts';
import { deleteFolder } from '../live/deployment-files.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { Leases } from '../live/lease.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { readDeployment } from '../settings/read-deployment.ts';
import { functionStacks, routedFunctions } from './deployed-stage.ts';
import { parseOperation } from './operate-options.ts';

const usage = `Usage: nx run workspace:prune --stage STAGE [options]

Removes functions that are neither in the topology nor reached by a route of the deployed API, and old versions of the
others. It shows them first, and asks.

  --topology NAME   instead of the active one
  --keep N          versions to keep of each function, beside the live one and those it was before (default 10)
  --yes             do not ask
  --dry-run         only show them
  --json
  --help`;

interface Waste {
  readonly functions: readonly string[];
  readonly versions: readonly { readonly function: string; readonly versions: readonly string[] }[];
}

export async function pruneCommand(workspaceRoot: string, args: string[]): Promise<number> {
  try {
    const request = parseOperation(workspaceRoot, args, usage, {
      topology: { type: 'string' },
      keep: { type: 'string' },
      yes: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
    });
    if (!request) return exitCodes.done;
    const { stage, values } = request;
    const { functions: wanted } = await readDeployment(workspaceRoot, values.topology);
    const stacks = new Stacks(stage.region);
    const functions = new LiveFunctions(lambdaClient(stage.region));
    const names = wanted.map(({ name }) => name);
    const waste = await findWaste({ stage, stacks, functions, wanted: names, keep: keepOf(values.keep) });
    if (values.json) console.log(JSON.stringify({ stage: stage.name, ...waste }));
    else print(waste);
    const isClean = waste.functions.length === 0 && waste.versions.length === 0;
    if (isClean || values['dry-run']) return exitCodes.done;
    if (!values.yes && !(await confirm())) return exitCodes.failed;

    const bucket = await deploymentBucket({ workspaceRoot, stage, stacks, isForced: false });
    const leases = new Leases({
      bucket,
      region: stage.region,
      patienceMs: 600_000,
      onWait: (name, holder) => console.error(`${name}: waiting for ${holder}`),
    });
    // First: afterwards nobody would know any more that there are roles to remove.
    if (waste.functions.length > 0 && wanted.some((one) => one.usesDatabase)) {
      const database = await stageDatabase(stage);
      await whereReachable(stage, () => removeRoles(stage, database, waste.functions));
    }
    for (const name of waste.functions) {
      await leases.hold(name, async (assertHeld) => {
        assertHeld();
        await stacks.delete(functionName(stage, name));
        await deleteFolder(stage.region, bucket, `serverless/${stage.application}-${name}/${stage.name}/`);
      });
      if (!values.json) console.log(`✓ removed ${name}`);
    }
    for (const { function: name, versions } of waste.versions) {
      for (const version of versions) await functions.deleteVersion(functionName(stage, name), version);
    }
    return exitCodes.done;
  } catch (error) {
    return reportError(error);
  }
}

async function findWaste(place: {
  stage: Stage;
  stacks: Stacks;
  functions: LiveFunctions;
  wanted: readonly string[];
  keep: number;
}): Promise<Waste> {
  const { stage, stacks, functions, wanted, keep } = place;
  const deployed = [...(await functionStacks(stacks, stage)).keys()];
  const routed = await routedFunctions(stacks, stage);
  const unused = deployed.filter((name) => !wanted.includes(name) && !routed.has(name));
  const versions = await Promise.all(
    deployed
      .filter((name) => !unused.includes(name))
      .map(async (name) => {
        const fullName = functionName(stage, name);
        const [alias, all] = await Promise.all([functions.readLive(fullName), functions.versions(fullName)]);
        const needed = [alias?.version, ...(alias?.history ?? [])];
        return { function: name, versions: all.slice(0, -keep).filter((one) => !needed.includes(one)) };
      }),
  );
  return { functions: unused, versions: versions.filter((one) => one.versions.length > 0) };
}

function print({ functions, versions }: Waste): void {
  if (functions.length === 0 && versions.length === 0) console.log('Nothing to prune.');
  if (functions.length > 0) console.log(`Functions that nothing uses: ${functions.join(', ')}`);
  for (const one of versions) console.log(`Old versions of ${one.function}: ${one.versions.join(', ')}`);
}

function keepOf(text = '10'): number {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`--keep takes a whole number above 0; not "${text}".`);
}

async function confirm(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask on whether to remove them: add --yes.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Remove them? (y/N) ');
  terminal.close();
  return /^y(es)?$/i.test(answer);
}

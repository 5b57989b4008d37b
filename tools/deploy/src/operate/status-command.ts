import { functionName, liveAlias, stackName } from '@nanoservices/platform';
import { exitCodes, reportError } from '../exit-codes.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { readDeployment } from '../settings/read-deployment.ts';
import { functionStacks, routedFunctions } from './deployed-stage.ts';
import { driftOf } from './drift.ts';
import { parseOperation } from './operate-options.ts';

const usage = `Usage: nx run workspace:status --stage STAGE [options]

Shows what is live, since when, from which commit, and what is not as deploy left it.

  --topology NAME   instead of the active one
  --json
  --help`;

/** What `status` knows of a function. */
interface Row {
  readonly function: string;
  readonly version: string;
  readonly since: string;
  readonly commit: string;
  readonly drift: string;
}

export async function statusCommand(workspaceRoot: string, args: string[]): Promise<number> {
  try {
    const request = parseOperation(workspaceRoot, args, usage, { topology: { type: 'string' } });
    if (!request) return exitCodes.done;
    const { stage, values } = request;
    const deployment = await readDeployment(workspaceRoot, values.topology);
    const stacks = new Stacks(stage.region);
    const functions = new LiveFunctions(lambdaClient(stage.region));
    const [deployed, routed] = await Promise.all([
      functionStacks(stacks, stage),
      routedFunctions(stacks, stage),
    ]);
    const wanted = new Set(deployment.functions.map(({ name }) => name));
    const names = [...new Set([...wanted, ...deployed.keys()])].sort();
    const rows = await Promise.all(
      names.map(async (name): Promise<Row> => {
        const fullName = functionName(stage, name);
        const [alias, live, latest] = await Promise.all([
          functions.readLive(fullName),
          functions.read(fullName, liveAlias),
          functions.read(fullName),
        ]);
        const drift = driftOf({
          stack: deployed.get(name),
          alias,
          live,
          latest,
          isWanted: wanted.has(name),
          isRouted: routed.has(name),
        });
        return {
          function: name,
          version: alias?.version ?? '',
          since: alias?.since ?? '',
          commit: live?.commit ?? '',
          drift: drift.join('; '),
        };
      }),
    );
    const api = await stacks.read(stackName(stage, 'api'));
    if (values.json) {
      console.log(
        JSON.stringify({
          stage: stage.name,
          topology: deployment.topology,
          api: api?.status,
          functions: rows,
        }),
      );
    } else {
      console.log(`${stage.name} in ${stage.region}, topology ${deployment.topology}`);
      console.table(Object.fromEntries(rows.map(({ function: name, ...row }) => [name, row])));
      console.log(api ? `API: ${api.outputs.HttpApiUrl ?? api.status}` : 'API: not deployed');
    }
    return exitCodes.done;
  } catch (error) {
    return reportError(error);
  }
}

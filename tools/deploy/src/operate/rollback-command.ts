import { isWithin } from '@nanoservices/data-access/grants';
import { functionName, liveAlias } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { loosenRole } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { exitCodes, reportError } from '../exit-codes.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { Leases } from '../live/lease.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { functionStacks } from './deployed-stage.ts';
import { parseOperation } from './operate-options.ts';

const usage = `Usage: nx run <function>:rollback --stage STAGE [options]
       nx run workspace:rollback --stage STAGE [options]   (every function)

Points "live" back to the version that was live before. Code, configuration and schema stay as they are; rights in the
database that only the version before declares are given back. The next deployment of the function goes forward again.

  --commit COMMIT   only functions whose live version was deployed from it
  --dry-run         only show what would be done
  --json
  --help`;

export async function rollbackCommand(workspaceRoot: string, args: string[]): Promise<number> {
  try {
    const request = parseOperation(workspaceRoot, args, usage, {
      commit: { type: 'string' },
      'dry-run': { type: 'boolean' },
    });
    if (!request) return exitCodes.done;
    const { stage, names, values } = request;
    const stacks = new Stacks(stage.region);
    const functions = new LiveFunctions(lambdaClient(stage.region));
    const deployed = [...(await functionStacks(stacks, stage)).keys()];
    const unknown = names.find((name) => !deployed.includes(name));
    if (unknown) {
      throw new UsageError(
        `${unknown} is not deployed to ${stage.name}. There are: ${deployed.join(', ') || 'none'}.`,
      );
    }
    const leases = new Leases({
      bucket: await deploymentBucket({ workspaceRoot, stage, stacks, isForced: false }),
      region: stage.region,
      patienceMs: 600_000,
      onWait: (name, holder) => console.error(`${name}: waiting for ${holder}`),
    });
    const results: { function: string; from: string; to: string | undefined }[] = [];
    for (const name of names.length > 0 ? names : deployed) {
      const fullName = functionName(stage, name);
      const revision = await functions.read(fullName, liveAlias);
      if (values.commit && !revision?.commit?.startsWith(values.commit)) continue;
      await leases.hold(name, async (assertHeld) => {
        const alias = await functions.readLive(fullName);
        const to = alias?.history.at(-1);
        results.push({ function: name, from: alias?.version ?? '', to });
        if (!alias || !to || values['dry-run']) return;
        const { grants = {} } = (await functions.read(fullName, to)) ?? {};
        if (!isWithin(grants, revision?.grants ?? {})) {
          const database = await stageDatabase(stage);
          await whereReachable(stage, () => loosenRole(stage, database, { name, grants }));
        }
        assertHeld();
        await functions.pointLive(fullName, to, alias.history.slice(0, -1), alias.version);
      });
    }
    if (values.json) console.log(JSON.stringify({ stage: stage.name, results }));
    else for (const result of results) console.log(sentence(result, values['dry-run'] ?? false));
    const isUseless = results.every(({ to }) => to === undefined);
    return isUseless ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    return reportError(error);
  }
}

function sentence(
  result: { function: string; from: string; to: string | undefined },
  isDryRun: boolean,
): string {
  const { function: name, from, to } = result;
  if (to === undefined) return `- ${name}: no version was live before version ${from}`;
  return `${isDryRun ? '→' : '✓'} ${name}: from version ${from} to version ${to}`;
}

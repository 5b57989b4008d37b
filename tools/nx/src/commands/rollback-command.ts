import { type RolledBack, rollBack } from '@nanoservices/deploy';
import { readStage } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { requireStage, stageOption } from './stage-option.ts';
import { tell } from './tell.ts';

export default command({
  name: 'rollback',
  summary: 'Point functions back to the version that was live before',
  names: {
    value: '[function ...]',
    description: 'default: all that are deployed',
    most: Number.POSITIVE_INFINITY,
  },
  options: {
    ...stageOption,
    commit: {
      type: 'string',
      value: 'COMMIT',
      description: 'only functions whose live version was deployed from it',
    },
    'dry-run': { type: 'boolean', description: 'only show what would be done' },
    json: { type: 'boolean', description: 'print the results as JSON' },
  },
  details: `Code, configuration and schema stay as they are; rights in the database and in IAM that only the version before has are
given back. What was rolled back is deployed again when something in it has changed, or with "nanos deploy --force".`,
  run: async ({ workspaceRoot, names, values }) => {
    const stage = readStage(workspaceRoot, requireStage(values.stage));
    const { commit, 'dry-run': isDryRun = false, json } = values;
    const results = await rollBack(workspaceRoot, { stage, names, commit, isDryRun, tell });
    if (json) console.log(JSON.stringify({ stage: stage.name, results }));
    else for (const result of results) console.log(sentence(result, isDryRun));
    const isUseless = results.every(({ to }) => to === undefined);
    const hasProblem = results.some(({ problem }) => problem !== undefined);
    return isUseless || hasProblem ? exitCodes.failed : exitCodes.done;
  },
});

function sentence({ function: name, from, to, problem }: RolledBack, isDryRun: boolean): string {
  if (problem !== undefined) return `✗ ${problem}`;
  if (to === undefined) return `- ${name}: no version was live before version ${from}`;
  return `${isDryRun ? '→' : '✓'} ${name}: from version ${from} to version ${to}`;
}

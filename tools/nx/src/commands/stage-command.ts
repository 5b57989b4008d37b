import { UsageError } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { bootstrap } from './stage-bootstrap.ts';
import { deployerRole } from './stage-deployer-role.ts';
import { list } from './stage-list.ts';
import { options, type StageOptions } from './stage-options.ts';
import { region } from './stage-region.ts';
import { remove } from './stage-remove.ts';

interface StageAction {
  readonly options: readonly (keyof StageOptions)[];
  /** @returns the exit code */
  run(workspaceRoot: string, options: StageOptions): Promise<number>;
}

const actions: Readonly<Record<string, StageAction>> = {
  list: { options: ['json'], run: list },
  bootstrap: { options: ['stage', 'dry-run'], run: bootstrap },
  remove: { options: ['stage', 'expired', 'yes', 'skip-database', 'dry-run'], run: remove },
  region: { options: ['stage'], run: region },
  'deployer-role': { options: ['stage', 'repository', 'environment', 'provider'], run: deployerRole },
};

export default command({
  name: 'stage',
  summary: 'Set up, list or remove stages',
  names: { value: `<${Object.keys(actions).join('|')}>`, description: 'what to do: see below', most: 1 },
  options,
  details: `  list           the deployed stages, with age and expiry
  bootstrap      check and make what the first deployment to a stage needs; tell what only a person can do
  remove         delete everything of a stage, after its name is typed; what was stopped goes on by the same command
  region         print the region of a stage, for scripts
  deployer-role  print the CloudFormation template of the role that deploys a stage from GitHub`,
  run: async ({ workspaceRoot, names: [name = ''], values }) => {
    const action = actions[name];
    if (!action) {
      throw new UsageError(
        `There is no "nanos stage ${name}". There are: ${Object.keys(actions).join(', ')}.`,
      );
    }
    const given = Object.keys(values) as (keyof StageOptions)[];
    const unknown = given.find((option) => !action.options.includes(option));
    if (unknown) {
      const known = action.options.map((option) => `--${option}`).join(', ');
      throw new UsageError(`nanos stage ${name} takes no --${unknown}. It takes: ${known}.`);
    }
    return action.run(workspaceRoot, values);
  },
});

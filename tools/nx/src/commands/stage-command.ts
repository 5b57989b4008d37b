import { UsageError } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { deployerRole } from './stage-deployer-role.ts';
import { stageOption } from './stage-option.ts';

/** The options of all actions. */
export interface StageOptions {
  readonly stage?: string | undefined;
  readonly repository?: string | undefined;
  readonly environment?: string | undefined;
  readonly provider?: string | undefined;
}

/** An action on a stage. @returns the exit code */
export type StageAction = (workspaceRoot: string, options: StageOptions) => Promise<number>;

const actions: Readonly<Record<string, StageAction>> = {
  'deployer-role': deployerRole,
};

export default command({
  name: 'stage',
  summary: 'Set up, list or remove stages',
  names: { value: `<${Object.keys(actions).join('|')}>`, description: 'what to do: see below', most: 1 },
  options: {
    ...stageOption,
    repository: {
      type: 'string',
      value: 'OWNER/NAME',
      description: 'of deployer-role: the GitHub repository',
    },
    environment: {
      type: 'string',
      value: 'NAME',
      description: 'of deployer-role: the environment of this repository (default: the stage)',
    },
    provider: {
      type: 'string',
      value: 'ARN',
      description: "of deployer-role: GitHub's identity provider (default: the one of the account)",
    },
  },
  details: `  deployer-role  print the CloudFormation template of the role that deploys the stage from GitHub`,
  run: async ({ workspaceRoot, names: [name = ''], values }) => {
    const action = actions[name];
    if (action) return action(workspaceRoot, values);
    throw new UsageError(`There is no "nanos stage ${name}". There are: ${Object.keys(actions).join(', ')}.`);
  },
});

import type { OptionValues } from '../command-line/command.ts';
import { stageOption } from './stage-option.ts';

/** The options of `nanos stage`. */
export const options = {
  ...stageOption,
  expired: { type: 'boolean', description: 'of remove: all previews whose "ttlHours" are over' },
  yes: { type: 'boolean', description: 'of remove: do not ask' },
  'skip-database': { type: 'boolean', description: 'of remove: leave the database and its roles' },
  'dry-run': { type: 'boolean', description: 'of bootstrap and remove: print what would be done' },
  repository: { type: 'string', value: 'OWNER/NAME', description: 'of deployer-role: the GitHub repository' },
  environment: {
    type: 'string',
    value: 'NAME',
    description:
      'of deployer-role: the environment of this repository (default: the stage, or preview for a pattern)',
  },
  provider: {
    type: 'string',
    value: 'ARN',
    description: "of deployer-role: GitHub's identity provider (default: the one of the account)",
  },
  json: { type: 'boolean', description: 'of list: print the stages as JSON' },
} as const;

/** Their values. */
export type StageOptions = OptionValues<typeof options>;

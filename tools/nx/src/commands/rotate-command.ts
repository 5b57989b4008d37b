import { rotatePasswords } from '@nanoservices/deploy';
import { readStage } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { requireStage, stageOption } from './stage-option.ts';

export default command({
  name: 'rotate',
  summary: 'Give functions new passwords of the database',
  names: {
    value: '[function ...]',
    description: 'default: all that are deployed and use the database',
    most: Number.POSITIVE_INFINITY,
  },
  options: {
    ...stageOption,
    json: { type: 'boolean', description: 'print the functions as JSON' },
  },
  details: `Functions go on: running environments keep their connections, and read the new password when they need another one. The
connection string of the owner, which deploy reads, is yours to rotate: change the password, and the parameter after it.`,
  run: async ({ workspaceRoot, names, values }) => {
    const stage = readStage(workspaceRoot, requireStage(values.stage));
    const functions: string[] = [];
    const rotated = (name: string) => {
      functions.push(name);
      if (!values.json) console.log(`✓ ${name}: has a new password`);
    };
    try {
      await rotatePasswords({ stage, names, rotated });
    } finally {
      // Also what was done before a failure.
      if (values.json) console.log(JSON.stringify({ stage: stage.name, functions }));
    }
    if (!values.json && functions.length === 0) console.log('No deployed function uses the database.');
    return exitCodes.done;
  },
});

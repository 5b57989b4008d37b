import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { missingVariables } from '@nanoservices/runtime/environment';
import { command } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { exampleFile, exampleOf } from './example-of-variables.ts';

export default command({
  name: 'env',
  summary: 'Write an example of .env.local: the variables that contracts declare',
  options: {},
  details: `.env.local in the root of the workspace sets variables on this machine; git ignores it. ${exampleFile} is for git. The
command names the variables that .env.local lacks.`,
  run: async ({ workspaceRoot }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const { functions } = workspace.pack();
    const path = join(workspaceRoot, exampleFile);
    const example = exampleOf(functions);
    if (example === undefined) {
      rmSync(path, { force: true });
      console.log('No contract declares a variable.');
      return exitCodes.done;
    }
    writeFileSync(path, example);
    console.log(`${exampleFile} is written.`);
    for (const missing of missingVariables(workspaceRoot, functions)) console.log(missing);
    return exitCodes.done;
  },
});

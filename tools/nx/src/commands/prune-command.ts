import { createInterface } from 'node:readline/promises';
import { findUnused, prune, type Unused } from '@nanoservices/deploy';
import { readWorkspace, UsageError } from '@nanoservices/model';
import { command, integer } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { requireStage, stageOption, topologyOption } from './stage-option.ts';
import { tell } from './tell.ts';

export default command({
  name: 'prune',
  summary: 'Remove functions and versions that nothing uses',
  options: {
    ...stageOption,
    ...topologyOption,
    keep: {
      type: 'string',
      value: 'N',
      description: 'versions to keep of each function, beside the live one and those before it (default 10)',
    },
    yes: { type: 'boolean', description: 'do not ask' },
    'dry-run': { type: 'boolean', description: 'only show them' },
    json: { type: 'boolean', description: 'print them as JSON' },
  },
  details: `Functions that are neither in the topology nor reached by a route of the deployed API, and old versions of the others.
They are shown first, and removed after a confirmation.`,
  run: async ({ workspaceRoot, values }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const stage = workspace.stage(requireStage(values.stage));
    const application = workspace.pack(values.topology);
    const keep = integer('keep', values.keep, { from: 1, to: 9999, otherwise: 10 });
    const unused = await findUnused(stage, application, keep);
    if (values.json) console.log(JSON.stringify({ stage: stage.name, ...unused }));
    else print(unused);
    const isClean = unused.functions.length === 0 && unused.versions.length === 0;
    if (isClean || values['dry-run']) return exitCodes.done;
    if (!values.yes && !(await confirm())) return exitCodes.failed;
    const removed = (name: string) => {
      if (!values.json) console.log(`✓ removed ${name}`);
    };
    await prune({ stage, application, unused, tell, removed });
    return exitCodes.done;
  },
});

function print({ functions, versions }: Unused): void {
  if (functions.length === 0 && versions.length === 0) console.log('Nothing to prune.');
  if (functions.length > 0) console.log(`Functions that nothing uses: ${functions.join(', ')}`);
  for (const one of versions) console.log(`Old versions of ${one.function}: ${one.versions.join(', ')}`);
}

async function confirm(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask on whether to remove them: add --yes.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const reply = await terminal.question('Remove them? (y/N) ');
  terminal.close();
  return /^y(es)?$/i.test(reply);
}

import {
  type ApiSnapshot,
  apiSnapshot,
  breakingChanges,
  isPermitted,
  snapshotOfCommit,
  today,
} from '@nanoservices/api/compatible';
import { liveBreaks } from '@nanoservices/deploy';
import { readWorkspace, UsageError, type Workspace } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { exitCodes } from '../command-line/exit-codes.ts';
import { type Break, compatibleText } from './compatible-text.ts';
import { stageOption } from './stage-option.ts';

export default command({
  name: 'compatible',
  summary: 'Find contracts that break clients, callers or what is live',
  options: {
    base: {
      type: 'string',
      value: 'COMMIT',
      description: 'compare with where this branch left it, such as main',
    },
    ...stageOption,
    json: { type: 'boolean', description: 'print it as JSON' },
  },
  details: `With --base: the contracts of that commit, and the endpoints that call the changed ones. With --stage: the contracts of what
is live there, by version. "breaking": { reason, until } in a contract permits to break its clients and callers; in that of an endpoint
to remove, it must be there one commit before, and deployed.

Exit codes: 0 nothing breaks without a permission, 1 something does, 2 wrong usage, such as an unknown commit.`,
  run: async ({ workspaceRoot, values: { base, stage, json = false } }) => {
    if (!base && !stage) {
      throw new UsageError(
        'Compare with what? Add --base, with a commit such as main, or --stage, with one of stages.json.',
      );
    }
    const workspace = await readWorkspace(workspaceRoot);
    const after = await apiSnapshot(workspace);
    const breaks = [
      ...(base ? await sinceCommit(workspaceRoot, base, after) : []),
      ...(stage ? await onStage(workspace, stage, after) : []),
    ];
    const refused = breaks.filter((one) => !one.isPermitted);
    if (json) console.log(JSON.stringify(breaks, null, 2));
    else
      console.log(
        compatibleText(
          breaks,
          [base, stage].filter((one) => one !== undefined),
        ),
      );
    return refused.length > 0 ? exitCodes.failed : exitCodes.done;
  },
});

async function sinceCommit(root: string, base: string, after: ApiSnapshot): Promise<Break[]> {
  const before = await snapshotOfCommit(root, base);
  return breakingChanges(before, after, today()).map((one) => ({ ...one, since: base }));
}

async function onStage(workspace: Workspace, name: string, after: ApiSnapshot): Promise<Break[]> {
  const { breaks, unknown } = await liveBreaks(workspace.stage(name), after);
  if (unknown.length > 0) {
    console.error(
      `Not compared: ${unknown.join(', ')}. They were deployed without a record of their contracts; their next deployment makes one.`,
    );
  }
  return breaks.map(
    ({ callers, function: holder, version, ...found }): Break => ({
      ...found,
      since: name,
      live: { function: holder, version },
      callers: callers.map((one) => ({ endpoint: one.function, version: one.version, changes: one.changes })),
      isPermitted: isPermitted(found.permission, today()),
    }),
  );
}

import { affectedBase, recordDeployedCommit } from '@nanoservices/deploy';
import { readWorkspace } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { requireStage, stageOption, topologyOption } from './stage-option.ts';
import { tell } from './tell.ts';

export default command({
  name: 'base',
  summary: 'Print the commit that a whole stage was deployed from',
  options: {
    ...stageOption,
    ...topologyOption,
    record: { type: 'boolean', description: 'after a complete deployment: record the present commit' },
  },
  details: `It is the base for nx affected -t deploy --base. Nothing is printed when a base would hide work: after a deployment that
failed, or of one part only; with another topology; after a forced push. Then deploy everything: nanos deploy, or nx run-many
-t deploy. What is live already is skipped.`,
  run: async ({ workspaceRoot, values }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const stage = workspace.stage(requireStage(values.stage));
    const application = workspace.pack(values.topology);
    if (values.record) {
      const commit = await recordDeployedCommit(workspaceRoot, stage, application);
      tell(`${stage.name} is recorded as deployed from ${commit}.`);
      return 0;
    }
    const base = await affectedBase(workspaceRoot, stage, application);
    if ('commit' in base) console.log(base.commit);
    else tell(`${base.reason}: deploy everything.`);
    return 0;
  },
});

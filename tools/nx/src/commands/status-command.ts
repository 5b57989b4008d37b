import { domainTargetOutput, stageStatus } from '@nanoservices/deploy';
import { readWorkspace } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { leftOutText } from './left-out.ts';
import { requireStage, stageOption, topologyOption } from './stage-option.ts';
import { textTable } from './text-table.ts';

export default command({
  name: 'status',
  summary: 'Show what is live on a stage',
  options: {
    ...stageOption,
    ...topologyOption,
    json: { type: 'boolean', description: 'print it as JSON' },
  },
  details:
    'For each function: its live version, since when, from which commit, and differences from what deploy left.',
  run: async ({ workspaceRoot, values }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const stage = workspace.stage(requireStage(values.stage));
    const application = workspace.pack(values.topology);
    const { functions, api, leftOut } = await stageStatus(stage, application);
    const { topology } = application;
    if (values.json) {
      console.log(JSON.stringify({ stage: stage.name, topology, api: api?.status, functions, leftOut }));
      return 0;
    }
    console.log(`${stage.name} in ${stage.region}, topology ${topology}`);
    const rows = functions.map((one) => [one.function, one.version, one.since, one.commit, one.drift]);
    console.log(textTable(['function', 'version', 'since', 'commit', 'drift'], rows));
    console.log(api ? `API: ${api.outputs.HttpApiUrl ?? api.status}` : 'API: not deployed');
    const target = api?.outputs[domainTargetOutput];
    if (stage.domain && target) console.log(`DNS: ${stage.domain.name} CNAME ${target}`);
    if (leftOut.length > 0) console.log(leftOutText(stage.name, leftOut));
    return 0;
  },
});

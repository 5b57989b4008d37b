import { parseArgs } from 'node:util';
import { EmulatedStage, succeed } from '../../testbed/aws/emulated-stage.ts';
import type { SeenRequest } from '../../testbed/aws/fault-proxy.ts';
import { scaleWorkspace } from '../../testbed/scale/scale-workspace.ts';
import { publish } from '../findings.ts';

/**
 * `nx run lab:bench-many-functions`: deployments of many functions to an emulated AWS with its time, compared with what its limit of
 * 15 control-plane requests a second allows. Options: `--functions N` (default 300), `--json`, `--record`.
 */
const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const count = Number(values.functions);
/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests */
const requestsPerSecond = 15;
/** No deployment of new code needs fewer: UpdateFunctionCode, PublishVersion, UpdateAlias. */
const leastRequests = 3;

const stage = await EmulatedStage.open({ latency: 1, workspace: scaleWorkspace(count) });
const rows: Record<string, Record<string, readonly number[]>> = {};
try {
  const { workspace } = stage;
  workspace.commit('a stage');
  await measure('first deployment', 'run-many');
  workspace.edit('libs/endpoint/src/endpoint.ts', (text) => `${text}console.debug('changed');\n`);
  workspace.commit('a change of all functions');
  await measure('all changed', 'affected', '--base', 'HEAD~1');
} finally {
  await stage.close();
}
publish({ name: 'many-functions', title: `Deploying ${count} functions, s`, rows });

async function measure(scenario: string, ...which: string[]): Promise<void> {
  // So that only deploying is timed.
  await succeed(stage.nx('run-many', '-t', 'package'));
  stage.proxy.seen.length = 0;
  const startedAt = performance.now();
  const out = await succeed(stage.nx(...which, '-t', 'deploy', '--stage', 'dev'));
  const seconds = (performance.now() - startedAt) / 1000;
  const requests = stage.proxy.seen.filter(isLimited).length;
  const least = (leastRequests * count) / requestsPerSecond;
  rows[scenario] = {
    s: [seconds],
    'limited requests to Lambda': [requests],
    'least s at 15 a second': [least],
    ratio: [seconds / least],
  };
  const totals = /\d+ deployed, .*/.exec(out)?.[0] ?? '';
  console.error(`${scenario}: ${seconds.toFixed(1)} s; ${requests} limited requests, ${totals}`);
}

/** Requests to Lambda that its limit counts: all but invocations and GetFunction, which has a limit of its own. */
function isLimited({ method, path }: SeenRequest): boolean {
  if (!/^\/\d{4}-\d\d-\d\d\/functions(\/|$)/.test(path) || path.endsWith('/invocations')) return false;
  return method !== 'GET' || !/\/functions\/[^/]+\/?$/.test(path);
}

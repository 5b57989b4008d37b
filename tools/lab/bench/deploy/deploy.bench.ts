import { parseArgs } from 'node:util';
import { roundOf } from '../../testbed/turns.ts';
import { type Findings, publish, ratios } from '../findings.ts';
import {
  type Contestant,
  type ContestantName,
  contestantNames,
  nxItself,
  openContestant,
  prepare,
  type Scenario,
  scenarios,
} from './deploy-contestants.ts';
import { type Goal, goalsOf, type Times } from './goals.ts';

/**
 * `nx run lab:bench-deployments`: wall time of deployments to an emulated AWS, with what each builds and packages for it: a
 * function per endpoint and a monolith, by ours and by `serverless deploy`. Options:
 *
 * - `--rounds N` (default 2), each on new AWS accounts
 * - `--latency FACTOR,FACTOR`: scales of the time that AWS takes (default 0,1: at once, and as long as AWS)
 * - `--json`, `--record`
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    latency: { type: 'string', default: '0,1' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const latencies = values.latency.split(',').map(Number);
if (!(rounds >= 1) || !latencies.every((factor) => factor >= 0)) {
  throw new Error(
    '--rounds takes a number from 1 on, --latency numbers from 0 on, with commas between them.',
  );
}

const rows: Record<string, Findings['rows'][string]> = {};
const goals: Goal[] = [];
for (const latency of latencies) {
  const times = await measure(latency);
  const label =
    latency === 0 ? 'AWS at once' : latency === 1 ? 'AWS with its time' : `AWS, time x ${latency}`;
  for (const [scenario, of] of Object.entries(times)) rows[`${label}: ${scenario}`] = rowOf(of);
  const found = goalsOf(times, latency > 0);
  goals.push(...found.map((goal) => ({ ...goal, name: `${label}: ${goal.name}` })));
}
publish({ name: 'deployments', title: 'Deploying, with builds, to an emulated AWS, s', rows });
for (const { name, limit, values: found, isMet } of goals) {
  const list = found.map((value) => value.toFixed(2)).join(', ');
  console.error(`${isMet ? 'met    ' : 'NOT met'}  ${name}: ${list}; goal: at most ${limit}`);
}

async function measure(latency: number): Promise<Record<string, Times>> {
  const times = scenarios.map(({ name }) => [name, emptyTimes()] as const);
  for (let round = 0; round < rounds; round++) {
    const contestants: Contestant[] = [];
    try {
      for (const name of contestantNames) contestants.push(await openContestant(name, latency));
      for (const [index, scenario] of scenarios.entries()) {
        const of = times[index]?.[1] as Record<ContestantName | 'nx itself', number[]>;
        for (const { contestant } of roundOf(contestants, round)) {
          prepare(contestant, scenario);
          const took = await timed(() => contestant.deploy(scenario));
          of[contestant.name].push(took.seconds);
          const totals = /\d+ deployed, .*/.exec(took.result)?.[0] ?? '';
          requireChange(scenario, contestant.name, totals);
          console.error(
            `latency ${latency}, round ${round + 1}, ${scenario.name}: ${contestant.name} ${took.seconds.toFixed(1)} s ${totals}`,
          );
        }
        const [nano] = contestants;
        if (scenario.edits || scenario.isFirst || !nano) continue;
        of['nx itself'].push((await timed(() => nxItself(nano))).seconds);
      }
    } finally {
      for (const { stage } of contestants) await stage.close();
    }
  }
  return Object.fromEntries(times);
}

/** @throws Error when ours deployed nothing though something changed, or the reverse: then the time would be worth nothing */
function requireChange({ name, edits, isFirst }: Scenario, contestant: ContestantName, totals: string): void {
  if (!contestant.endsWith('ours')) return;
  const isChange = Boolean(edits ?? isFirst);
  if (isChange === !/^0 deployed/.test(totals) && totals !== '') return;
  throw new Error(
    `${name}: ${contestant} should have deployed ${isChange ? 'something' : 'nothing'}: ${totals}`,
  );
}

function emptyTimes(): Record<ContestantName | 'nx itself', number[]> {
  const names = [...contestantNames, 'nx itself'] as const;
  return Object.fromEntries(names.map((name) => [name, [] as number[]])) as ReturnType<typeof emptyTimes>;
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ seconds: number; result: Result }> {
  const startedAt = performance.now();
  const result = await work();
  return { seconds: (performance.now() - startedAt) / 1000, result };
}

function rowOf(times: Times): Findings['rows'][string] {
  const ours = times['nano, ours'];
  return {
    ...Object.fromEntries(Object.entries(times).filter(([, seconds]) => seconds.length > 0)),
    'nano, ours, to mono, Serverless': ratios(ours, times['mono, Serverless']),
    'nano, ours, to mono, ours': ratios(ours, times['mono, ours']),
  };
}

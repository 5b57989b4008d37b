import { settingsPath, trafficFile } from '@nanoservices/model';
import type { Facts } from '../advice/facts.ts';
import { figureCalculator, type GroupFigures, secondsPerMonth } from '../advice/group-figures.ts';
import type { Axis, Plot, Section } from '../report.ts';
import { assumedRate } from '../traffic/traffic.ts';
import { type EvaluatedApplication, type Evidence, modelOf } from './evidence.ts';
import { barsByTopology, counted, measured, modelled } from './summarise.ts';

/** Cold starts and cost for the expected traffic. */
export function trafficSection({
  applications,
  facts,
  subject: { traffic, workspace },
  measurements,
  rounds,
}: Evidence): Section {
  const bars = (pick: (model: GroupFigures) => number) =>
    applications.map(({ topology, model }) => ({ topology, figure: modelled(pick(model), rounds) }));
  const runs = [...measurements.runs.values()].flat();
  return {
    title: 'Traffic: cold starts and cost',
    text: [
      traffic.file === undefined
        ? `The traffic is not described, so every endpoint has an equal share of ${assumedRate} request a second. Describe it in \`${settingsPath(workspace.root, trafficFile)}\`: this section and the proposal depend on it.`
        : `For the traffic in \`${traffic.file}\`.`,
      `The model keeps an idle environment for ${traffic.idleSeconds / 60} minutes; AWS documents no time, and 10 minutes were observed. Durations were measured here with a whole processor, and multiplied by ${traffic.durationFactor} ("durationFactor"). Lambda gives a function a share of a processor in proportion to its memory: a whole one at 1,769 MB, a seventh at 256 MB. Computing may take seven times as long there; your own Lambda logs tell. Init is that of the code, without the time in which Lambda starts an environment.`,
    ],
    parts: [
      ...barsByTopology(
        'Cold starts an hour',
        { name: 'requests that wait for an init' },
        { 'cold starts': bars(({ coldStarts }) => coldStarts) },
      ),
      ...barsByTopology(
        'Cost a month',
        { name: 'a month', unit: 'USD' },
        { cost: bars(({ cost }) => cost) },
        {
          note: `Lambda and the HTTP API, without the free tier. Prices: ${traffic.prices.source}.`,
        },
      ),
      ...overTraffic('Cold starts in 100 requests, by amount of traffic', applications, facts, {
        rounds,
        y: { name: 'cold starts', scale: 'logarithmic' },
        pick: ({ coldStarts }, rate) => (100 * coldStarts) / 3600 / rate,
      }),
      ...overTraffic('Cost of a million requests, by amount of traffic', applications, facts, {
        rounds,
        y: { name: 'cost', unit: 'USD' },
        pick: ({ cost }, rate) => cost / ((rate * secondsPerMonth) / 1e6),
      }),
      {
        kind: 'table',
        title: 'Endpoints',
        note: 'Service: Lambda’s duration of one request at a time, calls to other endpoints included. Endpoints without a measurement are assumed to be like the others.',
        columns: [
          { name: 'requests', unit: '1/s' },
          { name: 'service', unit: 'ms' },
          { name: 'own bundle', unit: 'kB' },
          { name: 'calls' },
        ],
        rows: facts.endpoints.map(({ name, code, serviceSeconds, calls }) => ({
          name: `${name} (${workspace.contracts.get(name)?.method})`,
          cells: [
            { value: traffic.rates.get(name) ?? 0, source: 'modelled' },
            measured(runs.map(({ service }) => service.get(name))) ?? modelled(serviceSeconds * 1000, rounds),
            counted(code.length / 1000),
            calls.join(', '),
          ],
        })),
      },
      { kind: 'code', title: 'The formulas', text: formulas(facts) },
    ],
  };
}

const rarest = 1e-4;
const factors = [0.001, 0.01, 0.1, 1, 10, 100];

/** Figures at the same shares, from a thousandth of the traffic to a hundred times as much. */
function overTraffic(
  title: string,
  applications: readonly EvaluatedApplication[],
  facts: Facts,
  { y, pick, rounds }: { y: Axis; pick: (model: GroupFigures, rate: number) => number; rounds: number },
): Plot[] {
  const total = facts.traffic.rates.values().reduce((sum, rate) => sum + rate, 0);
  if (total === 0) return [];
  const scaled = factors.map((factor) => {
    const rates = new Map([...facts.traffic.rates].map(([endpoint, rate]) => [endpoint, rate * factor]));
    const others = { ...facts, traffic: { ...facts.traffic, rates } };
    return { rate: total * factor, others, figures: figureCalculator(others) };
  });
  return [
    {
      kind: 'plot',
      title,
      shape: 'lines',
      x: { name: 'requests of all endpoints', unit: '1/s', scale: 'logarithmic' },
      y,
      series: applications.map((application) => ({
        name: application.topology,
        points: scaled.flatMap(({ rate, others, figures }) => {
          const value = pick(modelOf(application, others, { figures }), rate);
          // Beyond the precision of the model.
          return value < rarest ? [] : [{ x: Number(rate.toPrecision(3)), y: modelled(value, rounds) }];
        }),
      })),
    },
  ];
}

function formulas({ traffic: { prices, idleSeconds, durationFactor }, init }: Facts): string {
  const perKilobyte = init.secondsPerByte * 1000 * 1000;
  return `For each function, with
  λ     invocations per second: requests to its endpoints, and calls from endpoints in other functions
  s     their mean duration in seconds (measured × ${durationFactor})
  T     ${idleSeconds} s for which an idle environment is kept
  init  (${(init.fixedSeconds * 1000).toFixed(1)} ms + ${perKilobyte.toFixed(3)} ms × kB of the bundle) × ${durationFactor}: a straight line through the measured inits${init.fixedSeconds === 0 ? ', and through 0' : ''}

cold starts per second = λ · Σₙ P(N = n) · P(from n, N stays at or below n for T)
  N, the number of requests under way, is that of an M/M/∞ queue: a request waits for an init if
  never more than N environments were needed in the last T. For small λ that is λ · exp(-λT).

cost a month = 2,628,000 s × (
    λ × ${prices.usdPerMillionRequests} USD per million invocations
  + (λ × (s + 0.0005) + cold starts × init) × memory in GB × ${prices.usdPerGbSecond} USD per GB-second
  + requests through the HTTP API × ${prices.usdPerMillionApiRequests} USD per million)`;
}

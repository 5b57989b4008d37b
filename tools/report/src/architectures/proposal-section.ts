import { topologyFile } from '@nanoservices/workspace/topology';
import { addUp, type GroupFigures } from '../advice/group-figures.ts';
import { termNames } from '../advice/objective.ts';
import type { TopologyLines } from '../advice/topology-lines.ts';
import type { Code, Column, Figure, Section } from '../report.ts';
import type { Weights } from '../traffic/traffic-file.ts';
import type { Evidence } from './evidence.ts';
import { inWords } from './groups.ts';
import type { Topology } from './subject.ts';
import { counted, modelled, plural } from './summarise.ts';

/** How often was measured or seen what the model goes by. */
interface Runs {
  readonly rounds: number;
  readonly changes: number;
}

const columns: readonly (Column & { readonly of: (figures: GroupFigures, runs: Runs) => Figure })[] = [
  { name: 'cost a month', unit: 'USD', better: 'less', of: ({ cost }, { rounds }) => modelled(cost, rounds) },
  {
    name: 'waiting for inits',
    unit: 's/h',
    better: 'less',
    of: ({ coldSeconds }, { rounds }) => modelled(coldSeconds, rounds),
  },
  {
    name: 'endpoints redeployed by a change',
    better: 'less',
    of: ({ endpointsRedeployed }, { changes }) => modelled(endpointsRedeployed, changes),
  },
  {
    name: 'lost to others at a failed start',
    unit: '%',
    better: 'less',
    of: ({ lostToOthers }) => modelled(lostToOthers * 100),
  },
  { name: 'rights in excess', better: 'less', of: ({ excessPrivileges }) => modelled(excessPrivileges) },
  { name: 'all bundles', unit: 'kB', better: 'less', of: ({ bytes }) => modelled(bytes / 1000) },
];

/** As the columns of {@link columns} have them. */
const termUnits: Readonly<Record<keyof Weights, { readonly unit: string; readonly factor: number }>> = {
  cost: { unit: 'USD a month', factor: 1 },
  coldStarts: { unit: 'seconds an hour of waiting for inits', factor: 1 },
  changes: { unit: 'endpoints redeployed by a change', factor: 1 },
  crashes: { unit: '% of requests lost to others at a failed start', factor: 100 },
  privileges: { unit: 'rights in excess', factor: 1 },
  bytes: { unit: 'kB of bundles', factor: 1e-3 },
};

/** What is proposed, what it would gain and cost, and how to do it. */
export function proposalSection(evidence: Evidence): Section {
  const { facts, objective, topologies, proposal, existing, lines, rounds } = evidence;
  const runs = { rounds, changes: facts.changes.length };
  const proposed = addUp(proposal.groups.map((group) => objective.figures(group)));
  const rows = [
    ...topologies.map(({ name, isActive, functions, model }) => ({
      name: isActive ? `${name} (active)` : name,
      functions: functions.length,
      model,
    })),
    ...(topologies.some(({ name }) => name === existing?.name)
      ? []
      : [
          {
            name: existing?.name ?? lines.topology,
            functions: proposal.groups.length,
            model: proposed,
          },
        ]),
  ].sort((a, b) => objective.scoreOf(a.model) - objective.scoreOf(b.model));
  const { weights, limits, file } = facts.traffic;
  return {
    title: 'The proposal',
    text: [
      proposalSentence(evidence),
      `${proposal.isExact ? 'Of all groupings of the endpoints' : 'Of the groupings found by climbing from several beginnings'}, it has the least score. That is the sum of six terms: of each, how far it is from the better of one function for each endpoint and one for all, divided by the difference between these two (or a tenth of the larger where that is more), times its weight. So 0 is as good as the better of the two in everything, and the table below says what counts the same as what.`,
      ...gainAndCost(evidence, proposed, runs),
      `Sizes of groups are those of their source files together; for the topologies here, that is ${modelError(evidence)}.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Topologies by score',
        columns: [
          { name: 'score', better: 'less' },
          { name: 'functions' },
          ...columns.map(({ of: _, ...column }) => column),
        ],
        rows: rows.map(({ name, functions, model }) => ({
          name,
          cells: [
            modelled(objective.scoreOf(model), rounds),
            counted(functions),
            ...columns.map(({ of }) => of(model, runs)),
          ],
        })),
      },
      {
        kind: 'table',
        title: 'The objective',
        note: `Weights and limits: "weights" and "limits" in ${file ?? 'functions/traffic.json'}. At most ${limits.functions} functions, ${limits.endpointsPerFunction} endpoints in one, ${limits.bytesPerFunction / 1e6} MB each.`,
        columns: [{ name: 'weight' }, { name: 'what a weight of 1 is about' }],
        rows: termNames.map((term) => ({
          name: `${term}: ${termUnits[term].unit}`,
          cells: [counted(weights[term]), modelled(objective.scales[term] * termUnits[term].factor, rounds)],
        })),
      },
      {
        kind: 'table',
        title: 'The proposed functions',
        columns: [
          { name: 'endpoints' },
          { name: 'bundle', unit: 'kB' },
          { name: 'cold starts an hour' },
          { name: 'cost a month', unit: 'USD' },
        ],
        rows: proposal.groups.map((group, index) => {
          const figures = objective.figures(group);
          const names = group.map(({ name }) => name).join(', ');
          return {
            name: group.length === 1 ? names : `function ${index + 1}`,
            cells: [
              names,
              modelled(figures.bytes / 1000),
              modelled(figures.coldStarts, rounds),
              modelled(figures.cost, rounds),
            ],
          };
        }),
      },
      ...(existing ? [settingOf(existing)] : filesToWrite(lines)),
    ],
  };
}

/** The proposal in one sentence. */
export function proposalSentence({ proposal, existing, active }: Evidence): string {
  const where = 'For this traffic and these weights,';
  if (!existing)
    return `${where} the proposal is ${plural(proposal.groups.length, 'function')}: ${inWords(proposal.groups)}.`;
  const isActive = existing.name === active?.name ? ', and it is active' : '';
  return proposal.isExact
    ? `${where} \`${existing.name}\` is the best there is${isActive}.`
    : `${where} nothing better than \`${existing.name}\` was found${isActive}.`;
}

/** Against the topology in use. */
function gainAndCost(
  { active, existing, objective }: Evidence,
  proposed: GroupFigures,
  runs: Runs,
): string[] {
  if (!active || active.name === existing?.name) return [];
  const changes = columns.flatMap(({ name, unit, of }) => {
    const [before, after] = [of(active.model, runs).value, of(proposed, runs).value];
    if (Math.abs(after - before) <= 1e-3 * Math.abs(before)) return [];
    const text = `${name}${unit ? ` (${unit})` : ''} ${round(before)} → ${round(after)}`;
    return [{ isBetter: after < before, text }];
  });
  const list = (isBetter: boolean) =>
    changes
      .filter((change) => change.isBetter === isBetter)
      .map(({ text }) => text)
      .join('; ') || 'nothing';
  const score = `score ${round(objective.scoreOf(active.model))} → ${round(objective.scoreOf(proposed))}`;
  return [
    `Against \`${active.name}\`, which is active (${score}), it would gain: ${list(true)}. It would cost: ${list(false)}.`,
  ];
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** How far modelled bytes are from built ones. */
function modelError({ topologies }: Evidence): string {
  const errors = topologies.map(({ model, counts }) => (100 * (model.bytes - counts.bytes)) / counts.bytes);
  const [least, most] = [Math.min(...errors), Math.max(...errors)].map((error) => `${error.toFixed(1)}%`);
  return least === most ? `${least} off` : `${least} to ${most} off`;
}

function settingOf({ name, isActive }: Topology): Code {
  return {
    kind: 'code',
    title: `In ${topologyFile}`,
    text: `"active": "${name}"`,
    note: isActive ? 'So it is.' : `Try it first: NANO_TOPOLOGY=${name} npm start`,
  };
}

function filesToWrite({ topology, units, manifests }: TopologyLines): Code[] {
  const line = `"${topology}": ${JSON.stringify(units)}`;
  return [
    {
      kind: 'code',
      title: `In ${topologyFile}, under "topologies"`,
      text: line,
      note: `And "active": "${topology}" to use it. Try it first: NANO_TOPOLOGY=${topology} npm start`,
    },
    ...[...manifests].map(([path, text]): Code => ({ kind: 'code', title: path, text: text.trimEnd() })),
  ];
}

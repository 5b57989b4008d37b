import { topologyFile } from '@nanoservices/workspace/topology';
import type { GroupFigures } from '../advice/group-figures.ts';
import { termNames, terms } from '../advice/objective.ts';
import type { TopologyLines } from '../advice/topology-lines.ts';
import type { Code, Column, Figure, Section } from '../report.ts';
import type { Weights } from '../traffic/traffic-file.ts';
import { nameWithUnit } from '../writing/figure-text.ts';
import type { Evidence } from './evidence.ts';
import { inWords } from './groups.ts';
import type { Topology } from './subject.ts';
import { counted, modelled, plural } from './summarise.ts';

/** How often was measured or seen what the model goes by. */
interface Runs {
  readonly rounds: number;
  readonly changes: number;
}

/** The column of a term of the objective. */
interface TermColumn extends Column {
  /** What the term is multiplied by for its unit; 1 if nothing is said. */
  readonly factor?: number;
  /** What the model takes it from, if it is measured or seen. */
  readonly from?: keyof Runs;
}

const columns: Readonly<Record<keyof Weights, TermColumn>> = {
  cost: { name: 'cost a month', unit: 'USD', better: 'less', from: 'rounds' },
  coldStarts: { name: 'waiting for inits', unit: 's/h', better: 'less', from: 'rounds' },
  changes: { name: 'endpoints redeployed by a change', better: 'less', from: 'changes' },
  crashes: { name: 'lost to others at a failed start', unit: '%', better: 'less', factor: 100 },
  privileges: { name: 'rights in excess', better: 'less' },
  bytes: { name: 'all bundles', unit: 'kB', better: 'less', factor: 1 / 1000 },
};

function figureOf(term: keyof Weights, figures: GroupFigures, runs: Runs): Figure {
  const { factor = 1, from } = columns[term];
  return modelled(figures[terms[term]] * factor, from && runs[from]);
}

/** What is proposed, what it would gain and cost, and how to do it. */
export function proposalSection(evidence: Evidence): Section {
  const { facts, objective, topologies, proposal, existing, lines, rounds } = evidence;
  const runs = { rounds, changes: facts.changes.length };
  const proposed = objective.figuresOfAll(proposal.groups);
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
          ...termNames.map((term) => columns[term]),
        ],
        rows: rows.map(({ name, functions, model }) => ({
          name,
          cells: [
            modelled(objective.scoreOf(model), rounds),
            counted(functions),
            ...termNames.map((term) => figureOf(term, model, runs)),
          ],
        })),
      },
      {
        kind: 'table',
        title: 'The objective',
        note: `Weights and limits: "weights" and "limits" in ${file ?? 'functions/traffic.json'}. At most ${limits.functions} functions, ${limits.endpointsPerFunction} endpoints in one, ${limits.bytesPerFunction / 1e6} MB each.`,
        columns: [{ name: 'weight' }, { name: 'what a weight of 1 is about' }],
        rows: termNames.map((term) => ({
          name: `${term}: ${nameWithUnit(columns[term])}`,
          cells: [
            counted(weights[term]),
            modelled(objective.scales[term] * (columns[term].factor ?? 1), rounds),
          ],
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
  const changes = termNames.flatMap((term) => {
    const before = figureOf(term, active.model, runs).value;
    const after = figureOf(term, proposed, runs).value;
    if (Math.abs(after - before) <= 1e-3 * Math.abs(before)) return [];
    const text = `${nameWithUnit(columns[term])} ${round(before)} → ${round(after)}`;
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

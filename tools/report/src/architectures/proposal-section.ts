import { type PackedApplication, settingsPath, topologyFile, trafficFile } from '@nanoservices/model';
import type { GroupFigures } from '../advice/group-figures.ts';
import { termNames, terms } from '../advice/objective.ts';
import type { TopologyLines } from '../advice/topology-lines.ts';
import type { Code, Column, Figure, Section } from '../report.ts';
import type { Weights } from '../traffic/traffic.ts';
import { nameWithUnit } from '../writing/figure-text.ts';
import type { Evidence } from './evidence.ts';
import { inWords } from './groups.ts';
import { counted, modelled, plural } from './summarise.ts';

/** Numbers of measurements and past changes behind the model. */
interface Runs {
  readonly rounds: number;
  readonly changes: number;
}

/** The column of a term of the objective. */
interface TermColumn extends Column {
  /** Factor from the term to the unit of the column; default 1. */
  readonly factor?: number;
  /** Source of the term, if it depends on measurements or past changes. */
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

/** The proposal, its gains and costs, and the lines that make it a topology. */
export function proposalSection(evidence: Evidence): Section {
  const { facts, objective, applications, proposal, existing, lines, rounds } = evidence;
  const { root } = evidence.subject.workspace;
  const topologies = settingsPath(root, topologyFile);
  const runs = { rounds, changes: facts.changes.length };
  const proposed = objective.figuresOfAll(proposal.groups);
  const rows = [
    ...applications.map(({ topology, isActive, functions, model }) => ({
      name: isActive ? `${topology} (active)` : topology,
      functions: functions.length,
      model,
    })),
    ...(applications.some(({ topology }) => topology === existing?.topology)
      ? []
      : [
          {
            name: existing?.topology ?? lines.topology,
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
      `${proposal.isExact ? 'Of all groupings of the endpoints' : 'Of the groupings that hill climbing found from several starts'}, it has the least score. There are two extremes: one function for each endpoint, and one for all. The score is the sum of six weighted terms. Each term is the distance from the better extreme, divided by the difference between the extremes (or a tenth of the larger, if that is more). So 0 is as good as the better extreme in every term, and the table below shows the differences that count the same.`,
      ...gainAndCost(evidence, proposed, runs),
      `Sizes of groups are estimated from their source files. For the topologies here, the estimate is ${modelError(evidence)}.`,
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
        note: `Weights and limits: "weights" and "limits" in ${file ?? settingsPath(root, trafficFile)}. At most ${limits.functions} functions, ${limits.endpointsPerFunction} endpoints in one, ${limits.bytesPerFunction / 1e6} MB each.`,
        columns: [{ name: 'weight' }, { name: 'difference that a weight of 1 stands for' }],
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
      ...(existing
        ? [settingOf(existing, evidence.active?.topology, topologies)]
        : filesToWrite(lines, topologies)),
    ],
  };
}

/** The proposal in one sentence. */
export function proposalSentence({ proposal, existing, active }: Evidence): string {
  const where = 'For this traffic and these weights,';
  if (!existing)
    return `${where} the proposal is ${plural(proposal.groups.length, 'function')}: ${inWords(proposal.groups)}.`;
  const isActive = existing.topology === active?.topology ? ', and it is active' : '';
  return proposal.isExact
    ? `${where} \`${existing.topology}\` is the best there is${isActive}.`
    : `${where} nothing better than \`${existing.topology}\` was found${isActive}.`;
}

/** Comparison with the active topology. */
function gainAndCost(
  { active, existing, objective }: Evidence,
  proposed: GroupFigures,
  runs: Runs,
): string[] {
  if (!active || active.topology === existing?.topology) return [];
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
    `Against \`${active.topology}\`, which is active (${score}), it would gain: ${list(true)}. It would cost: ${list(false)}.`,
  ];
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The error of modelled bytes against built ones. */
function modelError({ applications }: Evidence): string {
  const errors = applications.map(({ model, counts }) => (100 * (model.bytes - counts.bytes)) / counts.bytes);
  const [least, most] = [Math.min(...errors), Math.max(...errors)].map((error) => `${error.toFixed(1)}%`);
  return least === most ? `${least} off` : `${least} to ${most} off`;
}

function settingOf({ topology }: PackedApplication, active: string | undefined, file: string): Code {
  return {
    kind: 'code',
    title: `In ${file}`,
    text: `"active": "${topology}"`,
    note: topology === active ? 'It is set.' : `Try it first: NANO_TOPOLOGY=${topology} npm start`,
  };
}

function filesToWrite({ topology, units, manifests }: TopologyLines, file: string): Code[] {
  const line = `"${topology}": ${JSON.stringify(units)}`;
  return [
    {
      kind: 'code',
      title: `In ${file}, under "topologies"`,
      text: line,
      note: `Then set "active": "${topology}". Try it first: NANO_TOPOLOGY=${topology} npm start`,
    },
    ...[...manifests].map(([path, text]): Code => ({ kind: 'code', title: path, text: text.trimEnd() })),
  ];
}

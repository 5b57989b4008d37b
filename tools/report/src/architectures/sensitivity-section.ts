import type { Groups } from '../advice/best-grouping.ts';
import type { SensitivityCase } from '../advice/sensitivity.ts';
import type { Plot, Section, Table } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { areSame, inWords } from './groups.ts';
import { counted, modelled, plural } from './summarise.ts';

/** The proposal's sensitivity to assumptions, and groupings that are nearly as good. */
export function sensitivitySection(evidence: Evidence): Section {
  const { sensitivity, proposal, objective, rounds } = evidence;
  const fewer = proposal.withFewer.map((groups) => ({
    groups,
    score: objective.scoreOf(objective.figuresOfAll(groups)),
  }));
  return {
    title: 'How sure the proposal is',
    text: [
      sensitivitySentence(evidence),
      ...nearTie(fewer),
      'A score says little by itself: a topology whose score is 0.1 higher gives away a tenth of the difference that a weight of 1 stands for.',
    ],
    parts: [
      {
        kind: 'table',
        title: 'If one assumption is changed',
        note: proposal.isExact
          ? 'All groupings were scored again for each change.'
          : 'For each change, hill climbing started from the proposal and the topologies here.',
        columns: [
          { name: 'the proposal is worse by', better: 'less' },
          { name: 'than the best grouping then' },
        ],
        rows: sensitivity.map((one) => ({
          name: one.name,
          cells: [
            modelled(regret(one), rounds),
            regret(one) === 0 ? 'the proposal itself' : inWords(one.groups),
          ],
        })),
      },
      ...withFewerFunctions(evidence, fewer),
    ],
  };
}

/** Distance from the best score. Smaller differences are rounding. */
function regret({ score, best }: SensitivityCase): number {
  return score - best < 1e-9 ? 0 : score - best;
}

/** The number of cases in which the proposal remains the best. */
export function sensitivitySentence({ sensitivity, proposal }: Evidence): string {
  const worst = sensitivity.toSorted((a, b) => regret(b) - regret(a))[0];
  if (!worst) return 'The proposal rests on no assumption.';
  const steady = sensitivity.filter((one) => regret(one) === 0).length;
  const remains = proposal.isExact
    ? 'the proposal remains the best'
    : 'nothing better than the proposal was found';
  const text = `Of ${plural(sensitivity.length, 'case')} with one changed assumption, ${remains} in ${steady}.`;
  if (regret(worst) === 0) return text;
  return `${text} Its score is farthest from the best, by ${Number(regret(worst).toPrecision(2))}, in this one: ${worst.name}.`;
}

/** Differences in score that do not matter. */
const negligible = 0.05;

/** The best with at most one function, two, and so on; the last is as good as the proposal. */
type WithFewer = readonly { readonly groups: Groups; readonly score: number }[];

function nearTie(fewer: WithFewer): string[] {
  const best = fewer.at(-1)?.score ?? 0;
  const enough = fewer.slice(0, -1).find(({ score }) => score - best <= negligible);
  if (!enough) return [];
  const difference = enough.score - best;
  return [
    `${plural(enough.groups.length, 'function')} would do nearly as well: the best score with them is ${Number(difference.toPrecision(2))} above that of the proposal.`,
  ];
}

/** The price of fewer functions. */
function withFewerFunctions({ proposal, rounds }: Evidence, fewer: WithFewer): (Plot | Table)[] {
  if (fewer.length < 2) return [];
  const best = fewer.at(-1)?.score ?? 0;
  return [
    {
      kind: 'plot',
      title: 'The best score by number of functions',
      note: 'More functions than the last do not improve it.',
      shape: 'lines',
      x: { name: 'functions' },
      y: { name: 'score of the best' },
      series: [
        {
          name: 'best',
          points: fewer.map(({ groups, score }) => ({ x: groups.length, y: modelled(score, rounds) })),
        },
      ],
    },
    {
      kind: 'table',
      title: 'With fewer functions',
      columns: [
        { name: 'functions' },
        { name: 'score', better: 'less' },
        { name: 'worse than the proposal by', better: 'less' },
        { name: 'endpoints' },
      ],
      rows: fewer.map(({ groups, score }) => ({
        name: areSame(groups, proposal.groups) ? 'the proposal' : `at most ${groups.length}`,
        cells: [
          counted(groups.length),
          modelled(score, rounds),
          modelled(Math.max(0, score - best), rounds),
          inWords(groups),
        ],
      })),
    },
  ];
}

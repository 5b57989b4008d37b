import type { Groups } from '../advice/best-grouping.ts';
import type { Doubted } from '../advice/doubts.ts';
import type { Plot, Section, Table } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { areSame, inWords } from './groups.ts';
import { counted, modelled, plural } from './summarise.ts';

/** What of the proposal hangs on assumptions, and what is nearly as good. */
export function certaintySection(evidence: Evidence): Section {
  const { doubts, proposal, objective, rounds } = evidence;
  const fewer = proposal.withFewer.map((groups) => ({
    groups,
    score: objective.scoreOf(objective.figuresOfAll(groups)),
  }));
  return {
    title: 'How sure the proposal is',
    text: [
      certaintySentence(evidence),
      ...nearTie(fewer),
      'A score says little in itself: a topology whose score is 0.1 above another’s gives away a tenth of what a weight of 1 is about.',
    ],
    parts: [
      {
        kind: 'table',
        title: 'If one assumption is changed',
        note: proposal.isExact
          ? 'Each time, all groupings were considered anew.'
          : 'Each time, the search climbed on from the proposal and the topologies here.',
        columns: [{ name: 'then the proposal is worse by', better: 'less' }, { name: 'than the best then' }],
        rows: doubts.map((doubted) => ({
          name: doubted.name,
          cells: [
            modelled(regret(doubted), rounds),
            regret(doubted) === 0 ? 'the proposal itself' : inWords(doubted.groups),
          ],
        })),
      },
      ...withFewerFunctions(evidence, fewer),
    ],
  };
}

/** How much better the best is; what differs less is rounding. */
function regret({ score, best }: Doubted): number {
  return score - best < 1e-9 ? 0 : score - best;
}

/** In how many cases the proposal holds. */
export function certaintySentence({ doubts, proposal }: Evidence): string {
  const worst = doubts.toSorted((a, b) => regret(b) - regret(a))[0];
  if (!worst) return 'Nothing was assumed that could be otherwise.';
  const steady = doubts.filter((one) => regret(one) === 0).length;
  const stays = proposal.isExact
    ? 'the proposal is still the best'
    : 'nothing better than the proposal was found';
  const text = `Of ${plural(doubts.length, 'case')} in which one assumption is changed, ${stays} in ${steady}.`;
  if (regret(worst) === 0) return text;
  return `${text} Its score is farthest from the best, by ${Number(regret(worst).toPrecision(2))}, in this one: ${worst.name}.`;
}

/** Differences in score that matter to nobody. */
const nearly = 0.05;

/** The best with at most one function, two, and so on; the last is as good as the proposal. */
type WithFewer = readonly { readonly groups: Groups; readonly score: number }[];

function nearTie(fewer: WithFewer): string[] {
  const best = fewer.at(-1)?.score ?? 0;
  const enough = fewer.slice(0, -1).find(({ score }) => score - best <= nearly);
  if (!enough) return [];
  const difference = enough.score - best;
  return [
    `${plural(enough.groups.length, 'function')} would do nearly as well: the best score with them is ${Number(difference.toPrecision(2))} above that of the proposal.`,
  ];
}

/** What a few functions less would cost. */
function withFewerFunctions({ proposal, rounds }: Evidence, fewer: WithFewer): (Plot | Table)[] {
  if (fewer.length < 2) return [];
  const best = fewer.at(-1)?.score ?? 0;
  return [
    {
      kind: 'plot',
      title: 'The best score by number of functions',
      note: 'More functions than the last make it no better.',
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

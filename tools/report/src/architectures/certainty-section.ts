import type { Doubted } from '../advice/doubts.ts';
import { addUp } from '../advice/group-figures.ts';
import type { Plot, Section, Table } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { areSame, inWords } from './groups.ts';
import { counted, modelled, plural } from './summarise.ts';

/** What of the proposal hangs on assumptions, and what is nearly as good. */
export function certaintySection(evidence: Evidence): Section {
  const { doubts, proposal, rounds } = evidence;
  return {
    title: 'How sure the proposal is',
    text: [
      certaintySentence(evidence),
      ...nearTie(evidence),
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
      ...withFewerFunctions(evidence),
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

function nearTie(evidence: Evidence): string[] {
  const scores = scoresOfFewer(evidence);
  const best = scores.at(-1);
  const enough = scores.find(({ score }) => best && score - best.score <= nearly);
  if (!enough || enough === best) return [];
  const difference = enough.score - (best?.score ?? 0);
  return [
    `${plural(enough.groups.length, 'function')} would do nearly as well: the best score with them is ${Number(difference.toPrecision(2))} above that of the proposal.`,
  ];
}

/** The best with at most one function, two, and so on. */
function scoresOfFewer({ proposal, objective }: Evidence) {
  return proposal.withFewer.map((groups) => ({
    groups,
    score: objective.scoreOf(addUp(groups.map((group) => objective.figures(group)))),
  }));
}

/** What a few functions less would cost. */
function withFewerFunctions(evidence: Evidence): (Plot | Table)[] {
  const { proposal, rounds } = evidence;
  const scores = scoresOfFewer(evidence);
  if (scores.length < 2) return [];
  const best = scores.at(-1)?.score ?? 0;
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
          points: scores.map(({ groups, score }) => ({ x: groups.length, y: modelled(score, rounds) })),
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
      rows: scores.map(({ groups, score }) => ({
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

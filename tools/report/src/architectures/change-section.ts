import { effectiveChanges } from '../history/read-history.ts';
import { enoughRuns, type Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { barsByTopology, plural } from './summarise.ts';

/** The blast radius of a change, from the repository's history. */
export function changeSection({ applications, subject, measurements: { history } }: Evidence): Section {
  if (!history) {
    return {
      title: 'A change',
      text: [
        'The workspace is in no git repository, so past changes are unknown. The proposal assumes that every endpoint changes equally often, alone.',
      ],
      parts: [],
    };
  }
  const { changes, skipped, isShallow } = history;
  const effective = effectiveChanges(history, subject.workspace.endpoints);
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  const text = [
    `Of the last ${plural(changes.length + skipped.length, 'commit')}, ${effective.length} changed the bytes of an endpoint that still exists. Every commit was built with today's settings and packages, and compared with the one before.`,
    ...(skipped.length === 0
      ? []
      : [
          `${plural(skipped.length, 'commit')} could not be built that way and were left out: ${reasons.slice(0, 2).join('; ')}`,
        ]),
    ...(isShallow
      ? ['This clone is shallow and lacks older commits. `git fetch --unshallow` gets them.']
      : []),
    ...(effective.length > 0 && effective.length < enoughRuns
      ? ['So few changes say little about the next ones: compare more with `--commits`.']
      : []),
    ...(effective.length === 0
      ? ['So the proposal assumes that every endpoint changes equally often, alone.']
      : []),
  ];
  const figures = (pick: 'redeployed' | 'endpointsRedeployed') =>
    applications.map(({ topology, counts }) => ({ topology, figure: counts[pick] }));
  return {
    title: 'A change',
    text,
    parts: [
      ...barsByTopology(
        'Functions redeployed by a change',
        { name: 'functions, on average' },
        { functions: figures('redeployed') },
        { note: 'The work of a deployment.' },
      ),
      ...barsByTopology(
        'Endpoints redeployed by a change',
        { name: 'endpoints, on average' },
        { endpoints: figures('endpointsRedeployed') },
        {
          note: 'The endpoints that a bad change can break: all endpoints in the functions that it redeploys.',
        },
      ),
    ],
  };
}

import { effectiveChanges } from '../history/read-history.ts';
import { enoughRuns, type Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { barsByTopology, plural } from './summarise.ts';

/** The blast radius of a change, by the repository's own history. */
export function changeSection({ topologies, subject, measurements: { history } }: Evidence): Section {
  if (!history) {
    return {
      title: 'A change',
      text: [
        'The workspace is in no git repository, so nothing is known of past changes. The proposal takes it that every endpoint changes as often, alone.',
      ],
      parts: [],
    };
  }
  const { changes, skipped, isShallow } = history;
  const effective = effectiveChanges(history, subject.packing.endpoints);
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  const text = [
    `Of the last ${plural(changes.length + skipped.length, 'commit')}, ${effective.length} changed the bytes of an endpoint that there still is: built at every commit with today's settings and packages, and compared.`,
    ...(skipped.length === 0
      ? []
      : [
          `${plural(skipped.length, 'commit')} could not be built that way and are left out: ${reasons.slice(0, 2).join('; ')}`,
        ]),
    ...(isShallow
      ? ['This clone is shallow: older commits are not in it. `git fetch --unshallow` gets them.']
      : []),
    ...(effective.length > 0 && effective.length < enoughRuns
      ? ['So few changes say little of those to come: look at more with `--commits`.']
      : []),
    ...(effective.length === 0
      ? ['So the proposal takes it that every endpoint changes as often, alone.']
      : []),
  ];
  const figures = (pick: 'redeployed' | 'endpointsRedeployed') =>
    topologies.map(({ name, counts }) => ({ topology: name, figure: counts[pick] }));
  return {
    title: 'A change',
    text,
    parts: [
      ...barsByTopology(
        'Functions redeployed by a change',
        { name: 'functions, on average' },
        { functions: figures('redeployed') },
        { note: 'What a deployment has to do.' },
      ),
      ...barsByTopology(
        'Endpoints redeployed by a change',
        { name: 'endpoints, on average' },
        { endpoints: figures('endpointsRedeployed') },
        { note: 'What a bad change can break: all endpoints in the functions that it redeploys.' },
      ),
    ],
  };
}

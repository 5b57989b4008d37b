import { listed } from '../../figure.ts';
import type { Section } from '../../report.ts';
import type { ProbeOutcome } from './classify.ts';
import { type ProbeOutcomes, settings } from './try-probes.ts';

export function developmentSection(outcomes: ProbeOutcomes): Section {
  const rows = Object.entries(outcomes);
  const differing = differences(outcomes);
  const which = (wanted: (outcome: ProbeOutcome) => boolean) =>
    listed(differing.filter((name) => wanted(outcomes[name as keyof ProbeOutcomes].thread)));
  return {
    title: 'Development',
    text: [
      'What must code not do, because its isolation does not allow it or does not hold it?',
      `Each of ${rows.length} things was done in an environment; then that environment, another one of the same kind and the host were asked whether they see it. A thread differs from a process in ${differing.length} of them.`,
      `In a thread these throw: ${which((outcome) => outcome.startsWith('throws'))}. These are everybody's: ${which((outcome) => outcome === 'shared')}. These end all functions: ${which((outcome) => outcome === 'ends everything')}. These do nothing: ${which((outcome) => outcome === 'no effect')}.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'What became of it',
        note: '"own": seen where it was done, and nowhere else. "shared": seen elsewhere too. "no effect": not even seen where it was done. Fused is the endpoint next to it, in one process; in a thread, it shares what a thread shares as well. In-process is the host itself. What two environments share here, such as /tmp and ports, each has alone on Lambda.',
        columns: settings.map((name) => ({ name })),
        rows: rows.map(([name, ofSettings]) => ({
          name,
          cells: settings.map((setting) => ofSettings[setting]),
        })),
      },
    ],
  };
}

/** The probes of which a thread makes something else than a process. */
export function differences(outcomes: ProbeOutcomes): string[] {
  return Object.entries(outcomes)
    .filter(([, { process, thread }]) => process !== thread)
    .map(([name]) => name);
}

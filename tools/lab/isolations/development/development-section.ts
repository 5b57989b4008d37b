import { listed, type Section } from '@nanoservices/report';
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
      'Which operations does an isolation forbid, and which does it not isolate?',
      `Each of ${rows.length} operations was run in an environment; then this environment, another one of the same kind and the host looked for its effect. A thread differs from a process in ${differing.length} of them.`,
      `In a thread these throw: ${which((outcome) => outcome.startsWith('throws'))}. These affect all functions: ${which((outcome) => outcome === 'shared')}. These end all functions: ${which((outcome) => outcome === 'ends everything')}. These do nothing: ${which((outcome) => outcome === 'no effect')}.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Effects of operations',
        note: '"own": seen where it was done, and nowhere else. "shared": seen elsewhere too. "no effect": not even seen where it was done. Fused is the neighbouring endpoint in the same process; in a thread, it also shares everything that threads share. In-process is the host itself. On Lambda, environments do not share /tmp and ports, as they do here.',
        columns: settings.map((name) => ({ name })),
        rows: rows.map(([name, ofSettings]) => ({
          name,
          cells: settings.map((setting) => ofSettings[setting]),
        })),
      },
    ],
  };
}

/** The probes with different outcomes in a thread and a process. */
export function differences(outcomes: ProbeOutcomes): string[] {
  return Object.entries(outcomes)
    .filter(([, { process, thread }]) => process !== thread)
    .map(([name]) => name);
}

import { expect, it } from 'vitest';
import type { MeasuredWork } from './cpu-overhead/cpu.measure.ts';
import type { MeasuredCrash } from './crash-resilience/crash.measure.ts';
import { isolationsReport } from './isolations-report.ts';
import type { MeasuredIsolations } from './measure-isolations.ts';

/** A system without /proc: neither memory nor processor time is known. */
const work = (wallMs: number): MeasuredWork => ({
  starts: { wallMs },
  invocations: { wallMs },
  counts: { starts: 1, invocations: 10 },
});
const crash: MeasuredCrash = {
  name: 'SIGKILL',
  error: undefined,
  backAfterMs: 100,
  endedTheHost: true,
  answered: 10,
  lost: 4,
  silenceMs: 100,
};
const survived = { ...crash, error: 'Error: killed', lost: 0 };
const outcome = { process: 'own', thread: 'shared', fused: 'shared', 'in-process': 'shared' } as const;
const measured: MeasuredIsolations = {
  development: { 'an open file': outcome } as unknown as MeasuredIsolations['development'],
  cpu: {
    invocations: 10_000,
    cases: (['process', 'thread'] as const).flatMap((contestant) =>
      (['nothing', 'endpoint'] as const).map((load) => ({
        contestant,
        load,
        name: `${contestant}, ${load}`,
        bundle: '',
        endpoints: 1,
        work: [work(contestant === 'process' ? 20 : 10)],
      })),
    ),
  },
  communication: { kilobytes: [1], channels: [] },
  crashes: { process: [[survived]], thread: [[crash]], fused: [[survived]], unprotected: {} },
};

it('leaves out what is known on Linux only, and says so', () => {
  const { summary, sections } = isolationsReport(measured, { quick: false, rounds: 1 });
  expect(sections.map(({ title }) => title)).toEqual([
    'Development',
    'CPU overhead',
    'Communication',
    'Crash resilience',
  ]);
  expect(summary.join(' ')).toContain('Memory is missing');
  expect(summary).toContain(
    'Threads are cheaper: a start takes 10 ms, not 20 ms (2 times); an invocation takes 1,000 µs, not 2,000 µs (2 times).',
  );
  expect(JSON.stringify(sections[1])).not.toContain('"value":null');
});

it('warns of a quick run', () => {
  expect(isolationsReport(measured, { quick: true, rounds: 1 }).summary.join(' ')).toContain(
    'too little was measured',
  );
});

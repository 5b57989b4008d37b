import { expect, it } from 'vitest';
import type { MeasuredCrash } from './crash.measure.ts';
import { crashSection, harmfulCrashes } from './crash-section.ts';
import type { MeasuredCrashes } from './measure-crashes.ts';

const crash = (name: string, lost: number, error?: string): MeasuredCrash => ({
  name,
  error,
  lost,
  answered: 10,
  silenceMs: 5,
  backAfterMs: 50,
  endedTheHost: error === undefined,
});

const measured: MeasuredCrashes = {
  process: [[crash('a throw', 0, 'Error: x'), crash('SIGKILL', 0, 'Runtime.ExitError: Error: killed')]],
  thread: [
    [crash('a throw', 0, 'Error: x'), crash('SIGKILL', 4)],
    [crash('a throw', 0, 'Error: x'), crash('SIGKILL', 2)],
  ],
  fused: [[crash('a throw', 0, 'Error: x'), crash('SIGKILL', 0, 'Error: killed')]],
  unprotected: { 'a throw': { error: 'Error: x', lost: 0 }, SIGKILL: { error: undefined, lost: 4 } },
};

it('names the crashes that cost neighbours requests', () => {
  expect(harmfulCrashes(measured, 'process')).toEqual([]);
  expect(harmfulCrashes(measured, 'thread')).toEqual(['SIGKILL']);
  expect(crashSection(measured).text.join(' ')).toContain('with processes none, with threads 1 (SIGKILL)');
  expect(crashSection(measured).text.join(' ')).toContain('without isolation 1 (SIGKILL).');
});

it('has a row for each crash, with the error of its caller and the lost requests', () => {
  const [errors, lost] = crashSection(measured).parts;
  expect(errors).toMatchObject({
    rows: [{ name: 'a throw' }, { cells: ['killed', 'nothing', 'Error: killed', 'nothing'] }],
  });
  expect(lost).toMatchObject({
    rows: [{}, { cells: [{ value: 0 }, { value: 3, spread: [2, 4], runs: 2 }, {}, { value: 4 }] }],
  });
});

import { expect, it } from 'vitest';
import type { MeasuredDeath } from './deaths.measure.ts';
import { deathsSection, harmfulDeaths } from './deaths-section.ts';
import type { MeasuredDeaths } from './measure-deaths.ts';

const death = (name: string, lost: number, told?: string): MeasuredDeath => ({
  name,
  told,
  lost,
  answered: 10,
  silenceMs: 5,
  backAfterMs: 50,
  endedTheHost: told === undefined,
});

const measured: MeasuredDeaths = {
  process: [[death('a throw', 0, 'Error: x'), death('SIGKILL', 0, 'Runtime.ExitError: Error: killed')]],
  thread: [
    [death('a throw', 0, 'Error: x'), death('SIGKILL', 4)],
    [death('a throw', 0, 'Error: x'), death('SIGKILL', 2)],
  ],
  fused: [[death('a throw', 0, 'Error: x'), death('SIGKILL', 0, 'Error: killed')]],
  unprotected: { 'a throw': { told: 'Error: x', lost: 0 }, SIGKILL: { told: undefined, lost: 4 } },
};

it('names the deaths that cost neighbours requests', () => {
  expect(harmfulDeaths(measured, 'process')).toEqual([]);
  expect(harmfulDeaths(measured, 'thread')).toEqual(['SIGKILL']);
  expect(deathsSection(measured).text.join(' ')).toContain('with processes none, with threads 1 (SIGKILL)');
  expect(deathsSection(measured).text.join(' ')).toContain('without isolation 1 (SIGKILL).');
});

it('has a row for each death, with what its caller was told and what was lost', () => {
  const [told, lost] = deathsSection(measured).parts;
  expect(told).toMatchObject({
    rows: [{ name: 'a throw' }, { cells: ['killed', 'nothing', 'Error: killed', 'nothing'] }],
  });
  expect(lost).toMatchObject({
    rows: [{}, { cells: [{ value: 0 }, { value: 3, spread: [2, 4], runs: 2 }, {}, { value: 4 }] }],
  });
});

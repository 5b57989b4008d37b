import { describe, expect, it } from 'vitest';
import { goalsOf } from './goals.ts';

const times = (nano: number, service: number, mono: number, nx = Number.NaN) => ({
  'nano, ours': [nano, nano],
  'nano, one Serverless service': [service, service],
  'mono, ours': [nano, nano],
  'mono, Serverless': [mono, mono],
  'nx itself': [nx, nx],
});
const verdicts = (of: Parameters<typeof goalsOf>[0], isWithTime: boolean) =>
  Object.fromEntries(goalsOf(of, isWithTime).map(({ name, isMet }) => [name, isMet]));

describe('goals of deployments', () => {
  it('compare with a monolith, and with one service of the same functions', () => {
    expect(verdicts({ 'first deployment': times(13, 20, 10) }, false)).toEqual({
      'first deployment, to mono by Serverless': true,
      'first deployment, to one Serverless service': true,
    });
    expect(verdicts({ 'first deployment': times(13, 12, 10) }, true)).toEqual({
      'first deployment, to mono by Serverless': false,
      'first deployment, to one Serverless service': false,
    });
  });

  it('compare with Nx itself when nothing changed', () => {
    const of = (nano: number) => ({ 'nothing changed': times(nano, 4, 4, 1) });
    expect(verdicts(of(1.7), false)['nothing changed, s more than Nx itself']).toBe(true);
    expect(verdicts(of(1.8), false)['nothing changed, s more than Nx itself']).toBe(false);
  });
});

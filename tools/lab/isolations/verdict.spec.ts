import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deciding, type Price, verdict } from './verdict.ts';

const price = (process: readonly number[], thread: readonly number[]): Price => ({
  what: 'an environment takes',
  unit: 'MB',
  process,
  thread,
});
const safe: Deciding = { prices: [], lostIn: { process: [], thread: [] }, differing: [] };
const cheap: Deciding = { ...safe, prices: [price([20, 22, 21], [10, 11, 10])] };

describe('process or thread', () => {
  it('is answered with what each costs', () => {
    const [answer, gains, dangers] = verdict({
      ...cheap,
      lostIn: { process: [], thread: ['SIGKILL'] },
      differing: ['process.chdir'],
      keptAfterEnd: { process: 0, thread: 0.6 },
    });
    expect(answer).toContain('Process, unless');
    expect(gains).toBe('Threads are cheaper: an environment takes 10 MB, not 21 MB (2.1 times).');
    expect(dangers).toContain('SIGKILL in one function');
    expect(dangers).toContain('60 % of a spike');
  });

  it('is thread where that costs nothing', () => {
    expect(verdict(cheap)[0]).toContain('Thread: it was cheaper in something');
  });

  it('says where a thread is the dearer one', () => {
    expect(verdict({ ...safe, prices: [price([10], [20])] })).toEqual([
      'Process or thread? Process: a thread was cheaper in nothing. It is "isolation" in functions/topology.json, for all functions or for each; without it they are processes.',
      'Threads are dearer: an environment takes 20 MB, not 10 MB (2 times).',
    ]);
  });

  it('does not count on what the rounds do not agree on', () => {
    expect(verdict({ ...safe, prices: [price([10, 10, 10], [5, 6, 30])] })[0]).toContain(
      'cheaper in nothing',
    );
  });

  it('is never thread where neighbours lose requests, and is not swayed by who is asked first', () => {
    const rounds = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(rounds, rounds, (process, thread) => {
        const lostIn = { process: [], thread: ['SIGKILL'] };
        expect(verdict({ ...safe, lostIn, prices: [price(process, thread)] })[0]).toContain(
          'thread? Process',
        );
        const both = (one: readonly string[]) => one.some((text) => /are (cheaper|dearer)/.test(text));
        const there = verdict({ ...safe, prices: [price(process, thread)] });
        const back = verdict({ ...safe, prices: [price(thread, process)] });
        expect(both(there)).toBe(both(back));
      }),
    );
  });
});

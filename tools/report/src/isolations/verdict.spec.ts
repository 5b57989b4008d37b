import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deciding, verdict } from './verdict.ts';

const process: Deciding = { lostIn: [], startMs: 50, invocationUs: 80, memoryMb: 20, keptAfterEnd: 0 };
const thread: Deciding = {
  lostIn: ['SIGKILL'],
  startMs: 30,
  invocationUs: 40,
  memoryMb: 10,
  keptAfterEnd: 0.6,
};

describe('process or thread', () => {
  it('is answered with what each costs', () => {
    const [answer, gains, dangers] = verdict({ process, thread }, ['process.chdir']);
    expect(answer).toContain('Process, unless');
    expect(gains).toContain('10 MB, not 20 MB (2 times)');
    expect(dangers).toContain('SIGKILL in one function');
    expect(dangers).toContain('60 % of a spike');
  });

  it('is thread where that costs nothing', () => {
    const safe = { ...thread, lostIn: [], keptAfterEnd: 0 };
    expect(verdict({ process, thread: safe }, [])[0]).toBe(
      'Process or thread? Thread: it was cheaper, and nothing was lost by it.',
    );
  });

  it('does without what only Linux tells', () => {
    const { memoryMb: _, keptAfterEnd: __, ...portable } = thread;
    expect(verdict({ process, thread: portable }, []).join(' ')).not.toMatch(/MB|spike|NaN/);
  });

  it('is never thread where neighbours lose requests, or nothing is cheaper', () => {
    const time = fc.double({ min: 1, max: 1000, noNaN: true });
    const figures = fc.record({
      lostIn: fc.subarray(['SIGKILL', 'abort']),
      startMs: time,
      invocationUs: time,
      memoryMb: time,
      keptAfterEnd: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(figures, (some) => {
        const [answer] = verdict({ process, thread: some }, []);
        const isCheaper = some.startMs < 50 || some.invocationUs < 80 || some.memoryMb < 20;
        if (some.lostIn.length > 0 || !isCheaper) expect(answer).toContain('Process or thread? Process');
      }),
    );
  });
});

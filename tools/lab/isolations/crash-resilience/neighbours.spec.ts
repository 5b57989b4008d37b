import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { letNeighboursAsk, neighbourCount } from './neighbours.ts';
import type { Answer } from './serving-host.ts';

const good: Answer = { kind: 'answer', payload: 'alive' };
const none: Answer = { kind: 'no answer' };

describe('neighbours', () => {
  it('lose nothing when all is well', async () => {
    const stop = letNeighboursAsk(() => sleep(1, good));
    await sleep(50);
    const { answered, lost } = await stop();
    expect(answered).toBeGreaterThanOrEqual(neighbourCount);
    expect(lost).toBe(0);
  });

  it('lose each request once, however often it is sent again', async () => {
    let down = false;
    let sent = 0;
    const stop = letNeighboursAsk(async () => {
      sent += 1;
      return sleep(1, down ? none : good);
    });
    await sleep(20);
    down = true;
    const before = sent;
    while (sent < before + 4 * neighbourCount) await sleep(5);
    down = false;
    await sleep(50);
    const { lost, silenceMs } = await stop();
    expect(lost).toBe(neighbourCount);
    expect(silenceMs).toBeGreaterThan(20);
  });
});

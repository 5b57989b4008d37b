import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { neighbourCount, runNeighbours } from './neighbours.ts';
import type { InvokeResult } from './serving-host.ts';

const good: InvokeResult = { kind: 'payload', payload: 'alive' };
const lost: InvokeResult = { kind: 'lost' };

describe('neighbours', () => {
  it('lose nothing when all is well', async () => {
    const stop = runNeighbours(() => sleep(1, good));
    await sleep(50);
    const losses = await stop();
    expect(losses.answered).toBeGreaterThanOrEqual(neighbourCount);
    expect(losses.lost).toBe(0);
  });

  it('lose each request once, however often it is sent again', async () => {
    let down = false;
    let sent = 0;
    const stop = runNeighbours(async () => {
      sent += 1;
      return sleep(1, down ? lost : good);
    });
    await sleep(20);
    down = true;
    const before = sent;
    while (sent < before + 4 * neighbourCount) await sleep(5);
    down = false;
    await sleep(50);
    const losses = await stop();
    expect(losses.lost).toBe(neighbourCount);
    expect(losses.silenceMs).toBeGreaterThan(20);
  });
});

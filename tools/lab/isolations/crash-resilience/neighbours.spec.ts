import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { neighbourCount, runNeighbours } from './neighbours.ts';
import type { InvokeResult } from './serving-host.ts';

const good: InvokeResult = { kind: 'payload', payload: 'alive' };
const lost: InvokeResult = { kind: 'lost' };

describe('neighbours', () => {
  it('lose nothing when all is well', async () => {
    let sent = 0;
    const stop = runNeighbours(() => {
      sent += 1;
      return sleep(1, good);
    });
    while (sent < 4 * neighbourCount) await sleep(1);
    const losses = await stop();
    expect(losses.answered).toBe(sent);
    expect(losses.lost).toBe(0);
  });

  it('lose each request once, however often it is sent again', async () => {
    let down = false;
    let sent = 0;
    const stop = runNeighbours(async () => {
      sent += 1;
      return sleep(1, down ? lost : good);
    });
    /** Each neighbour has begun another request, and so ended one. */
    const requests = async () => {
      const before = sent;
      while (sent < before + 4 * neighbourCount) await sleep(1);
    };
    await requests();
    down = true;
    await requests();
    down = false;
    await requests();
    const losses = await stop();
    expect(losses.lost).toBe(neighbourCount);
    expect(losses.silenceMs).toBeGreaterThan(20);
  });
});

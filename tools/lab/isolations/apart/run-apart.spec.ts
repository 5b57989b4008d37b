import { describe, expect, it } from 'vitest';
import { Ended, type Measurement, runApart } from './run-apart.ts';

interface Program extends Measurement {
  measure(input: number): Promise<{ pid: number; doubled: number }>;
}

const module = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`export const measure = async (input) => { ${body} };`)}`,
  );

describe('a measurement apart', () => {
  it('runs in a process of its own', async () => {
    const { pid, doubled } = await runApart<Program>(
      module('return { pid: process.pid, doubled: 2 * input };'),
      21,
    );
    expect(doubled).toBe(42);
    expect(pid).not.toBe(process.pid);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('tells what it threw', async () => {
    const failing = runApart<Program>(module(`throw new RangeError('too much');`), 1);
    await expect(failing).rejects.toThrow('RangeError: too much');
  });

  it('is killed when it takes too long', async () => {
    const endless = runApart<Program>(module('for (;;);'), 1, { timeoutMs: 500 });
    await expect(endless).rejects.toMatchObject({ reason: 'SIGKILL' });
  });

  it.each([
    ['process.exit(3)', 'exit status 3'],
    [`process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`, 'SIGKILL'],
  ])('tells that it ended: %s', async (body, reason) => {
    const ended = await runApart<Program>(module(body), 1).catch((error: Ended) => error);
    expect(ended).toBeInstanceOf(Ended);
    expect(ended).toMatchObject({ reason });
  });
});

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lambda accepts 15 requests per second that change functions, from a whole account.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const requestsPerSecond = 12;
const slotMs = 1000 / requestsPerSecond;

/**
 * Waits until the next request may be sent. Nx deploys each function in a separate process, so all processes of a person
 * on this machine share one budget. A process takes the next free time slot by creating the slot's file, which only one
 * process can.
 *
 * @param budget - name of the shared budget, such as the region
 */
export async function pace(budget: string): Promise<void> {
  const folder = join(tmpdir(), `lambda-requests-${userInfo().uid}-${budget}`);
  mkdirSync(folder, { recursive: true });
  const now = Math.floor(Date.now() / slotMs);
  let slot = now;
  while (!take(join(folder, `${slot}`))) slot++;
  if (slot % 50 === 0) forgetOld(folder, now);
  await sleep(Math.max(0, slot * slotMs - Date.now()));
}

function take(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function forgetOld(folder: string, now: number): void {
  for (const slot of readdirSync(folder)) {
    if (Number(slot) < now - requestsPerSecond) rmSync(join(folder, slot), { force: true });
  }
}

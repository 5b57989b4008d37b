import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
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
  const folder = join(slotsFolder(), budget);
  mkdirSync(folder, { recursive: true });
  const now = Math.floor(Date.now() / slotMs);
  let slot = now;
  while (!take(join(folder, `${slot}`))) slot++;
  if (slot % 50 === 0) forgetOld(folder, now);
  await sleep(Math.max(0, slot * slotMs - Date.now()));
}

let slots: string | undefined;

/**
 * Finds the folder of time slots, in the cache of the person: in a temporary folder that all accounts share, another one could
 * make it first. Without a home that can be written to, each process has a separate folder.
 */
function slotsFolder(): string {
  if (slots) return slots;
  const folder = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'nanoservices/lambda-requests',
  );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    if (uid === process.getuid?.() && (mode & 0o022) === 0) slots = folder;
  } catch {
    // A home that cannot be written to.
  }
  slots ??= mkdtempSync(join(tmpdir(), 'lambda-requests-'));
  return slots;
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

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pace-'));
  vi.stubEnv('XDG_CACHE_HOME', undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('TMPDIR', join(home, 'tmp'));
  mkdirSync(join(home, 'tmp'));
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** Waits for some requests, in a process that has not waited before. */
async function paceOf(requests: number): Promise<void> {
  const { pace } = await import('./pace.ts');
  await Promise.all(Array.from({ length: requests }, () => pace('eu-central-1')));
}
const taken = () => readdirSync(join(home, '.cache/nanoservices/lambda-requests/eu-central-1')).length;

it('takes its slots from a private folder that all processes of a person share', async () => {
  await paceOf(2);
  vi.resetModules();
  await paceOf(1);
  expect(taken()).toBe(3);
  expect(statSync(join(home, '.cache/nanoservices/lambda-requests')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(home, 'tmp'))).toEqual([]);
});

it('obeys XDG_CACHE_HOME', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'));
  await paceOf(1);
  expect(readdirSync(join(home, 'cache/nanoservices/lambda-requests/eu-central-1'))).toHaveLength(1);
});

it.each([
  ['cannot be made', () => writeFileSync(join(home, '.cache'), '')],
  [
    'others may write to',
    () => {
      const folder = join(home, '.cache/nanoservices/lambda-requests');
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o777);
    },
  ],
])('has a folder without a predictable name where that one %s', async (_, arrange) => {
  arrange();
  await paceOf(2);
  expect(readdirSync(join(home, 'tmp'))).toEqual([expect.stringMatching(/^lambda-requests-\w{6}$/)]);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitest-environment-'));
  writeFileSync(
    join(folder, 'time.spec.ts'),
    `
      import { writeFileSync } from 'node:fs';
      it('tells the time', () => {
        const noon = new Date('2026-07-01T12:00:00Z');
        const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
        const seen = { hours: noon.getHours(), text: noon.toLocaleString(), number: (1234.5).toLocaleString(), locale, timeZone };
        writeFileSync(${JSON.stringify(join(folder, 'seen.json'))}, JSON.stringify(seen));
      });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['America/New_York', 'de_DE.UTF-8', 'forks'],
  ['Asia/Kolkata', 'en_GB.UTF-8', 'forks'],
  ['Pacific/Auckland', 'en_US.UTF-8', 'threads'],
])('a spec sees the time zone and the language of a function in %s, %s, in %s', (zone, language, pool) => {
  const env = { ...process.env, TZ: zone, LANG: language, LC_ALL: language, VITEST: undefined };
  const config = ['--config', 'tools/nx/src/vitest/config.ts', '--dir', folder, '--globals', '--pool', pool];
  execFileSync(process.execPath, [vitest, 'run', ...config], { cwd: root, env, stdio: 'pipe' });
  expect(JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'))).toEqual({
    hours: 12,
    text: '7/1/2026, 12:00:00 PM',
    number: '1,234.5',
    locale: 'en-US',
    timeZone: 'UTC',
  });
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import { zip } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const code = Buffer.from(Array.from({ length: 5000 }, (_, n) => `const value${n} = ${n * n};`).join('\n'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('keeps the contents, readable for every account', () => {
  const zipped = zip({ 'handler.mjs': code, 'a/b.txt': Buffer.from('b') });
  const files = unzipSync(zipped);
  expect(Object.keys(files)).toEqual(['a/b.txt', 'handler.mjs']);
  expect(Buffer.from(files['handler.mjs'] as Uint8Array).equals(code)).toBe(true);
  // The central directory, as zip's specification (APPNOTE 4.3.12) has it: time and date at 12, mode at 38.
  const headers = Buffer.from(zipped);
  const at = headers.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect(headers.readUInt32LE(at + 38) >>> 16).toBe(0o100644);
  expect(headers.readUInt32LE(at + 12)).toBe(0x00210000);
});

it('does not depend on the order of files', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  expect(zip({ a, b })).toEqual(zip({ b, a }));
});

/** The same on every machine that runs this test, whatever its clock, zone, locale and Node. */
const golden = 'e6a98f7557733b75942658bcd311891c22a422dc9b7ec949588d5e1d1ad368f7';

it('has the same bytes on every machine', () => {
  expect(sha256(zip({ 'handler.mjs': code }))).toBe(golden);
});

it('has the same bytes in another time zone, and under every other Node of this machine', async () => {
  const program = join(folder, 'program.mjs');
  await build({
    stdin: {
      contents: `import { createHash } from 'node:crypto'; import { zip } from './zip.ts';
        const code = Buffer.from(Array.from({ length: 5000 }, (_, n) => \`const value\${n} = \${n * n};\`).join('\\n'));
        console.log(createHash('sha256').update(zip({ 'handler.mjs': code })).digest('hex'));`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
  const nodes = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' }).trim().split('\n');
  for (const node of new Set(nodes)) {
    for (const TZ of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
      const env = { ...process.env, TZ, NODE_OPTIONS: '' };
      expect(execFileSync(node, [program], { env, encoding: 'utf8' }).trim(), `${node} in ${TZ}`).toBe(
        golden,
      );
    }
  }
});

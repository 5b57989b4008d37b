import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BundleEntry, bundleEntries } from './bundle-entries.ts';

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'entries-')));
  write('functions/tsconfig.json', '{}');
});
afterEach(() => rmSync(workspace, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true });
  writeFileSync(join(workspace, file), text);
}

async function bundle(entries: readonly BundleEntry[]): Promise<Record<string, string>> {
  const errors: Record<string, string> = {};
  for await (const { entry, errors: own } of bundleEntries(workspace, entries)) {
    errors[entry.file] = own.map(({ text }) => text).join();
  }
  return errors;
}

const made = ['handler.mjs', 'handler.mjs.map', 'meta.json'];
const read = (dist: string) => made.map((file) => readFileSync(join(workspace, dist, file), 'utf8'));

it('makes of any modules what single builds make, byte for byte', async () => {
  // Modules that import each other in any way, circles included; some dynamically, some twice, some from outside.
  const modules = fc.array(
    fc.array(fc.tuple(fc.nat(7), fc.constantFrom('static', 'dynamic', 'type', 'builtin')), { maxLength: 4 }),
    { minLength: 8, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(modules, async (imports) => {
      for (const [index, targets] of imports.entries()) {
        const lines = targets.map(([target, kind], at) => {
          if (kind === 'type') return `import type { value${target} as type${at} } from './m${target}.ts';`;
          if (kind === 'builtin')
            return `import { join as join${at} } from 'node:path'; console.log(join${at});`;
          if (kind === 'dynamic') return `import('./m${target}.ts').then(console.log);`;
          return `import { value${target} as value${at}x } from './m${target}.ts'; console.log(() => value${at}x);`;
        });
        write(`src/m${index}.ts`, `${lines.join('\n')}\nexport const value${index} = ${index};\n`);
      }
      const entries = [0, 1, 2].map((index) => ({
        file: `src/m${index}.ts`,
        dist: `together/${index}/dist`,
      }));
      await bundle(entries);
      const together = entries.map(({ dist }) => read(dist));
      for (const entry of entries) await bundle([entry]);
      expect(together).toEqual(entries.map(({ dist }) => read(dist)));
    }),
    { numRuns: 60 },
  );
});

it('says of each entry that fails what is wrong with it, and makes all others', async () => {
  const entries = Array.from({ length: 60 }, (_, index) => ({
    file: `src/e${index}.ts`,
    dist: `e${index}/dist`,
  }));
  for (const [index, { file }] of entries.entries()) {
    write(file, index % 29 === 7 ? `import './missing${index}.ts';` : `console.log(${index});`);
  }
  const errors = await bundle(entries);
  expect(Object.keys(errors)).toHaveLength(60);
  const wrong = Object.entries(errors).filter(([, text]) => text !== '');
  expect(wrong).toEqual([
    ['src/e7.ts', 'Could not resolve "./missing7.ts"'],
    ['src/e36.ts', 'Could not resolve "./missing36.ts"'],
  ]);
  for (const [index, { dist, file }] of entries.entries()) {
    if (errors[file] === '') expect(read(dist)[0]).toContain(`console.log(${index})`);
  }
});

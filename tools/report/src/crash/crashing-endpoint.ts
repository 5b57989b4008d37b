import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PackedFunction } from '@nanoservices/model';
import type { WorkspaceCopy } from '../workspace-copy.ts';

/** The request header that crashes a crashing endpoint. */
export const crashHeader = 'x-crash';

/** Makes the endpoint of a function in a copied workspace end its process on demand, and otherwise answer as before. */
export function makeCrashing(copy: WorkspaceCopy, { root, endpoints }: PackedFunction): void {
  const [{ handler }] = endpoints as [PackedFunction['endpoints'][number]];
  const original = `original-${basename(handler)}`;
  renameSync(join(copy.root, handler), join(copy.root, root, 'src', original));
  copy.write(
    crashingHandler(root),
    `import { handler as original } from './${original}';

export const handler = (...args: Parameters<typeof original>) => {
  if ((args[0] as any)?.headers?.['${crashHeader}']) process.exit(1);
  return original(...args);
};
`,
  );
}

/** Makes a crashing endpoint fail whenever its module is loaded, as a typing error in a setting does. */
export function breakInit(copy: WorkspaceCopy, { root }: PackedFunction): void {
  const handler = crashingHandler(root);
  const source = readFileSync(join(copy.root, handler), 'utf8');
  copy.write(handler, `${source}\nthrow new Error('a mistake at its start');\n`);
}

/** Its original may have another ending. */
function crashingHandler(root: string): string {
  return `${root}/src/handler.ts`;
}

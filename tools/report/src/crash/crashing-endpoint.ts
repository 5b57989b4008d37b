import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { PackedFunction } from '@nanoservices/model';
import type { WorkspaceCopy } from '../workspace-copy.ts';

/** The request header that crashes a crashing endpoint. */
export const crashHeader = 'x-crash';

/** Makes an endpoint of a copied workspace end its process on demand, and otherwise answer as before. */
export function makeCrashing(copy: WorkspaceCopy, { root, entry }: PackedFunction): void {
  renameSync(join(copy.root, entry), join(copy.root, root, 'src/original-handler.ts'));
  copy.write(
    entry,
    `import { handler as original } from './original-handler.ts';

export const handler = (...args: Parameters<typeof original>) => {
  if ((args[0] as any)?.headers?.['${crashHeader}']) process.exit(1);
  return original(...args);
};
`,
  );
}

/** Makes an endpoint fail whenever its module is loaded, as a typing error in a setting does. */
export function breakInit(copy: WorkspaceCopy, { entry }: PackedFunction): void {
  const source = readFileSync(join(copy.root, entry), 'utf8');
  copy.write(entry, `${source}\nthrow new Error('a mistake at its start');\n`);
}

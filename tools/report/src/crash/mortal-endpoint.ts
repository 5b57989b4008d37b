import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '@nanoservices/workspace/topology';

/** The request header that makes a mortal endpoint die. */
export const deathHeader = 'x-die';

/** Makes an endpoint of a copied workspace end its process when it is told to, and answer as before otherwise. */
export function makeMortal(workspaceRoot: string, { root }: Endpoint): void {
  const file = join(workspaceRoot, root, 'src/handler.ts');
  renameSync(file, join(workspaceRoot, root, 'src/living-handler.ts'));
  writeFileSync(
    file,
    `import { handler as living } from './living-handler.ts';

export const handler = (...args: Parameters<typeof living>) => {
  if ((args[0] as any)?.headers?.['${deathHeader}']) process.exit(1);
  return living(...args);
};
`,
  );
}

/** Lets the endpoint fail whenever its module is loaded, as a typing error in a setting does. */
export function makeStillborn(workspaceRoot: string, { root }: Endpoint): void {
  const file = join(workspaceRoot, root, 'src/handler.ts');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nthrow new Error('a mistake at its start');\n`);
}

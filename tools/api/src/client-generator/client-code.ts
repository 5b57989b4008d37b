import type { Contract } from '@nanoservices/endpoint';
import { build } from 'esbuild';

/** The code of the client: what all clients share, and a table of this API's operations. */
export async function clientCode(workspaceRoot: string, contracts: readonly Contract[]): Promise<string> {
  const operations = Object.fromEntries(
    contracts.map((contract) => [methodName(contract), operation(contract)]),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { clientOf } from './libs/api/src/client/index.ts';
        export { isProblem, NetworkError, ProblemError } from './libs/api/src/client/index.ts';
        export const createClient = (options) => clientOf(${JSON.stringify(operations)}, options);`,
      resolveDir: workspaceRoot,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text as string;
}

/** The client's method for an endpoint: `get-user` is `getUser`. */
export function methodName({ name }: Contract): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function operation({ method, path, headers }: Contract): unknown[] {
  const takesIdempotencyKey = headers !== undefined && 'idempotency-key' in headers._zod.def.shape;
  return [method, path, ...(takesIdempotencyKey ? [1] : [])];
}

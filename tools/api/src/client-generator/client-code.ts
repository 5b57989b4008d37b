import { fileURLToPath } from 'node:url';
import type { Contract } from '@nanoservices/endpoint';
import { mediaOf, typeToSend } from '@nanoservices/endpoint/gateway';
import { build } from 'esbuild';
import { bodyForm } from '../response-body.ts';

/** @returns the client's code: the code that all clients share, and a table of this API's operations */
export async function clientCode(contracts: readonly Contract[]): Promise<string> {
  const operations = Object.fromEntries(
    contracts.map((contract) => [methodName(contract), operation(contract)]),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { clientOf } from './client/index.ts';
        export { isProblem, NetworkError, ProblemError } from './client/index.ts';
        export const createClient = (options) => clientOf(${JSON.stringify(operations)}, options);`,
      // The sources, also where this module is compiled.
      resolveDir: fileURLToPath(new URL('../../src', import.meta.url)),
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

/** @returns the client's method for an endpoint: `getOrder` for `get-order` */
export function methodName({ name }: Contract): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function operation(contract: Contract): unknown[] {
  const { method, path, headers } = contract;
  const takesIdempotencyKey = headers !== undefined && 'idempotency-key' in headers._zod.def.shape;
  const response = bodyForm(contract) ?? 'json';
  const request = requestForm(contract);
  if (request) return [method, path, takesIdempotencyKey ? 1 : 0, response, request];
  if (response !== 'json') return [method, path, takesIdempotencyKey ? 1 : 0, response];
  return [method, path, ...(takesIdempotencyKey ? [1] : [])];
}

/** @returns the form of a request's body that is no JSON: `form`, `parts` of a form, or a media type */
function requestForm({ body }: Contract): string | undefined {
  const media = mediaOf(body);
  if (!media) return undefined;
  const type = typeToSend(media.types);
  if (type === 'multipart/form-data') return 'parts';
  return type === 'application/x-www-form-urlencoded' ? 'form' : type;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContractFacts, UsageError } from '@nanoservices/model';

/** The content of all contracts: plain data from another process. */
export interface ApiOfContracts {
  readonly facts: readonly ContractFacts[];
  /** OpenAPI document as JSON. */
  readonly document?: string;
  /** Reason for a missing document. */
  readonly undocumented?: string;
}

const program = fileURLToPath(new URL('print-api.ts', import.meta.url));

/**
 * Reads the present contracts in a separate process, since Node imports a module only once.
 *
 * @param signal - ends the process
 * @throws UsageError when a contract cannot be read
 */
export function readApi(workspaceRoot: string, signal: AbortSignal): Promise<ApiOfContracts> {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(workspaceRoot, 'node_modules/.cache/runtime/compiled'),
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, workspaceRoot],
      { env, signal, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        if (error) reject(new UsageError(stderr.trim() || 'The contracts cannot be read.'));
        else resolve(JSON.parse(stdout));
      },
    );
  });
}

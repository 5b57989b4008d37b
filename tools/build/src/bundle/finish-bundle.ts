import { UsageError } from '@nanoservices/model';
import type { Metafile } from 'esbuild';
import { contentsOf, type FunctionContents, type FunctionSource } from '../contents/contents.ts';
import type { BundleCheck } from '../inputs/bundle-check.ts';
import { refuseDatabase } from '../inputs/database-client.ts';

/** A bundle that esbuild has made. */
export interface MadeBundle {
  readonly source: FunctionSource;
  /** Source file, relative to the workspace root. */
  readonly entry: string;
  readonly metafile: Metafile;
  /** Subject and verb for a message: `functions/orders/get-order/src/contract.ts declares`. */
  readonly contracts: string;
  /** Tells if the contracts declare rights in the database. Asked only about a bundle that connects to it. */
  readonly usesDatabase: () => boolean | Promise<boolean>;
}

/**
 * Checks a bundle, and finds everything that the function needs beside it.
 *
 * @throws UsageError with everything that must not be bundled, or that cannot be where the function needs it
 */
export async function finishBundle(
  workspaceRoot: string,
  check: BundleCheck,
  { source, entry, metafile, contracts, usesDatabase }: MadeBundle,
): Promise<FunctionContents> {
  const problems = check.problemsOf(metafile, entry);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const client = check.databaseClientIn(metafile);
  if (client !== undefined && !(await usesDatabase()))
    throw new UsageError(refuseDatabase(contracts, client));
  return contentsOf(workspaceRoot, source, metafile);
}

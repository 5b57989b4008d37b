import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metafileOf, readSizes, recordOf } from './check-sizes.ts';

/** Outcome of a recording: names of endpoints. */
export interface SizesRecorded {
  /** Their present size is recorded now. */
  readonly recorded: readonly string[];
  /** They are not built: their records stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Records the present size of each bundle in the folder of its endpoint, so that branches which add endpoints can be merged.
 * An endpoint that is not built keeps its record.
 */
export function recordSizes(
  workspaceRoot: string,
  endpoints: readonly { readonly name: string; readonly root: string }[],
): SizesRecorded {
  const isBuilt = ({ root }: { root: string }) => existsSync(join(workspaceRoot, metafileOf(root)));
  const built = endpoints.filter(isBuilt);
  for (const { root } of built) {
    const sizes = readSizes(workspaceRoot, root);
    writeFileSync(join(workspaceRoot, recordOf(root)), `${JSON.stringify(sizes, null, 2)}\n`);
  }
  return {
    recorded: built.map(({ name }) => name),
    kept: endpoints.filter((one) => !isBuilt(one)).map(({ name }) => name),
  };
}

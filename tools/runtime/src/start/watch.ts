import { join, relative } from 'node:path';
import { watch as watchFiles } from 'chokidar';

/** Editors write several files at once, and some write one in several steps. */
const settleMs = 5;

const ignored = /(?:^|[/\\])(?:node_modules|dist|tmp)(?:[/\\]|$)|\.(?:spec\.ts|md)$/;

/**
 * Watches the sources of functions and libs.
 *
 * @param changed - called with the absolute paths of what changed; the next call waits until its promise is settled
 */
export async function watchSources(
  workspaceRoot: string,
  changed: (files: ReadonlySet<string>) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const watcher = watchFiles(
    ['functions', 'libs'].map((folder) => join(workspaceRoot, folder)),
    {
      ignoreInitial: true,
      ignored: (path) => ignored.test(relative(workspaceRoot, path)),
    },
  );
  let files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;

  const flush = async () => {
    if (busy) return;
    busy = true;
    while (files.size > 0) {
      const now = files;
      files = new Set();
      await changed(now);
    }
    busy = false;
  };
  watcher.on('all', (_, path) => {
    files.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, settleMs);
  });
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve);
    watcher.once('error', reject);
  });
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

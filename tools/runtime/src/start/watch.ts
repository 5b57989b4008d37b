import { type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { whyUncounted } from '@nanoservices/build';
import { readFolders } from '@nanoservices/model';
import { watch as watchFiles } from 'chokidar';
import { localFile } from '../environment/local-variables.ts';

/** Pause after a change: editors write several files at once, and some write a file in several steps. */
const settleMs = 5;
/** Time of a second look: chokidar drops a change within 50 ms after another change of the same file. */
const recheckMs = 60;

/** Pause after a file is emptied, created or removed: editors empty a file before they write it, and generators write several. */
const partMs = 50;

/**
 * Watches the sources of functions and libs, and the variables of this machine.
 *
 * @param changed - called with the absolute paths of changed files; the next call, and `close`, wait for its promise
 */
export async function watchSources(
  workspaceRoot: string,
  changed: (files: ReadonlySet<string>) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const { functions, libs } = readFolders(workspaceRoot);
  const watcher = watchFiles(
    [functions, libs, 'tsconfig.base.json'].map((folder) => join(workspaceRoot, folder)),
    {
      ignoreInitial: true,
      alwaysStat: true,
      ignored: (path) => isIgnored(relative(workspaceRoot, path)),
    },
  );
  // A watcher of its own: watching a file that is not there yet, chokidar misses changes of its neighbours.
  const variables = watchFiles(workspaceRoot, {
    ignoreInitial: true,
    alwaysStat: true,
    depth: 0,
    ignored: (path) => !['', localFile].includes(relative(workspaceRoot, path)),
  });
  const watchers = [watcher, variables];
  let files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const rechecks = new Set<NodeJS.Timeout>();
  let running: Promise<void> | undefined;
  let closing = false;

  const handleChanges = async () => {
    while (files.size > 0 && !closing) {
      const now = files;
      files = new Set();
      await changed(now);
    }
  };
  const flush = () => {
    running ??= handleChanges().finally(() => {
      running = undefined;
    });
  };
  const add = (path: string, waitMs = settleMs) => {
    files.add(path);
    clearTimeout(timer);
    timer = setTimeout(flush, waitMs);
  };
  const seen = (event: string, path: string, stats?: Stats) => {
    add(path, event !== 'change' || stats?.size === 0 ? partMs : settleMs);
    if (event !== 'change') return;
    const recheck = setTimeout(() => {
      rechecks.delete(recheck);
      if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== stats?.mtimeMs) add(path);
    }, recheckMs);
    rechecks.add(recheck);
  };
  await Promise.all(
    watchers.map((one) => {
      one.on('all', seen);
      return new Promise<void>((resolve, reject) => {
        one.once('ready', resolve);
        one.once('error', reject);
      });
    }),
  );
  return {
    close: async () => {
      closing = true;
      clearTimeout(timer);
      for (const recheck of rechecks) clearTimeout(recheck);
      await Promise.all(watchers.map((one) => one.close()));
      await running;
    },
  };
}

/** @param path - a file or folder, relative to the workspace root */
function isIgnored(path: string): boolean {
  const file = path.replaceAll('\\', '/');
  return (
    /(?:^|\/)node_modules(?:\/|$)/.test(file) ||
    [file, `${file}/`].some((one) => whyUncounted(one) !== undefined)
  );
}

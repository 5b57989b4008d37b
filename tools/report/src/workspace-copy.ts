import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyWorkspace, readFolders } from '@nanoservices/model';
import { localFile } from '@nanoservices/runtime/environment';

/** A copy of a workspace in a temporary folder, linked to the packages that are installed. Measurements may change it. */
export class WorkspaceCopy implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));

  /** @param parts - files and folders, relative to the original */
  constructor(original: string, parts: readonly string[] = sourcesOf(original)) {
    // Started by root, the embedded database runs as another user, who must get there.
    chmodSync(this.root, 0o755);
    copyWorkspace(original, this.root, parts, (file) => !file.endsWith('.spec.ts'));
    // It may have secrets, and everyone may read a copy.
    const variables = join(original, localFile);
    if (existsSync(variables)) symlinkSync(variables, join(this.root, localFile));
  }

  /** Writes a file, by its path in the workspace. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  delete(): void {
    // A process that has just been told to end may still write.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }

  [Symbol.dispose](): void {
    this.delete();
  }
}

/** Everything that `npm start` needs of a workspace. */
function sourcesOf(workspaceRoot: string): string[] {
  const { functions, libs } = readFolders(workspaceRoot);
  return [functions, libs, 'nx.json', 'package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json'];
}

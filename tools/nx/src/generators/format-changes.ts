import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { formatFiles, type Tree } from '@nx/devkit';

/**
 * Formats the files that a generator has written, with the workspace's Biome, before they are shown or written to disk: a
 * template cannot know where lines with other names break. Without Biome, Prettier formats them, as for the generators of Nx; without
 * both they stay as they are.
 */
export async function formatChanges(tree: Tree): Promise<void> {
  const biome = findBiome(tree.root);
  if (!biome) {
    await formatFiles(tree);
    return;
  }
  for (const { type, path, content } of tree.listChanges()) {
    if (type === 'DELETE' || content === null || !/\.(?:ts|json)$/.test(path)) continue;
    const args = [biome, 'check', '--write', `--stdin-file-path=${path}`];
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: tree.root,
      input: content,
      encoding: 'utf8',
    });
    if (status === 0 && stdout) tree.write(path, stdout);
  }
}

function findBiome(root: string): string | undefined {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('@biomejs/biome/package.json');
    return join(dirname(manifest), 'bin/biome');
  } catch {
    return undefined;
  }
}

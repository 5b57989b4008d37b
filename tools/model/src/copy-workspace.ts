import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const generated = /[/\\](?:dist|artifact|(?<![/\\]bin[/\\])node_modules)$/;

/**
 * Copies parts of a workspace to another folder, without build output, and links the installed packages there. A package
 * of the workspace is linked to its copy, if it was copied.
 *
 * @param parts - files and folders, relative to the root
 * @param isCopied - selects among the files
 */
export function copyWorkspace(
  original: string,
  target: string,
  parts: readonly string[],
  isCopied: (file: string) => boolean = () => true,
): void {
  for (const part of parts) {
    if (!existsSync(join(original, part))) continue;
    cpSync(join(original, part), join(target, part), {
      recursive: true,
      filter: (file) => !generated.test(file) && isCopied(file),
    });
  }
  linkPackages(original, target);
}

/**
 * Links the packages that are installed in a workspace into a copy of it. A package of the workspace is linked to its
 * copy, if the copy has its folder.
 */
export function linkPackages(original: string, target: string): void {
  const from = join(realpathSync(original), 'node_modules');
  const to = join(target, 'node_modules');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.startsWith('.') && name !== '.bin') continue;
    const own = name.startsWith('@') ? ownPackages(join(from, name)) : [];
    if (own.length === 0 && !isOwn(join(from, name))) {
      symlinkSync(join(from, name), join(to, name));
    } else if (name.startsWith('@')) {
      mkdirSync(join(to, name), { recursive: true });
      for (const one of readdirSync(join(from, name))) {
        link(original, target, join(from, name, one), join(to, name, one));
      }
    } else {
      link(original, target, join(from, name), join(to, name));
    }
  }
}

function ownPackages(scope: string): string[] {
  return readdirSync(scope).filter((name) => isOwn(join(scope, name)));
}

/** A package of the workspace is a link to its folder; an installed one is a folder. */
function isOwn(path: string): boolean {
  return lstatSync(path).isSymbolicLink();
}

function link(original: string, target: string, from: string, to: string): void {
  // The link of an endpoint that has been removed.
  if (!existsSync(from)) return;
  const real = realpathSync(from);
  const folder = relative(realpathSync(original), real);
  const copy = join(target, folder);
  const isInside = !folder.startsWith(`..${sep}`) && !folder.startsWith('node_modules');
  symlinkSync(isInside && existsSync(copy) ? copy : real, to);
}

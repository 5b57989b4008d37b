import { lstatSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Mistake } from './options.ts';

/** The place of a new workspace. */
export interface Target {
  /** Absolute. */
  readonly folder: string;
  /** Name of the workspace: that of the folder. It is part of the names of stacks. */
  readonly name: string;
}

/** The application's name is a part of each stack's name. */
const namePattern = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;
const longestName = 40;

/**
 * @param folder - relative to the working directory
 * @throws Mistake when the folder has something in it, or a name that no application can have
 */
export function targetOf(folder: string): Target {
  const absolute = resolve(folder);
  const name = basename(absolute);
  if (!namePattern.test(name) || name.length > longestName) {
    throw new Mistake(
      `${folder}: "${name}" names the stacks on AWS, so it has lower-case letters, digits and single hyphens, at most ${longestName}. Take another name, as ${suggestion(name)}.`,
    );
  }
  const found = lstatSync(absolute, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new Mistake(`${folder} is a file. Take another name.`);
  const entries = found ? readdirSync(absolute) : [];
  if (entries.length > 0) {
    throw new Mistake(
      `${folder} is not empty: it has ${entries.slice(0, 3).join(', ')}${entries.length > 3 ? ', …' : ''}. Take another name, or empty it. For an existing Nx workspace: npx nx add @nanoservices/nx.`,
    );
  }
  return { folder: absolute, name };
}

function suggestion(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)
    .join('-')
    .replace(/^[\d-]+/, '')
    .slice(0, longestName)
    .replace(/-$/, '');
  return words === '' ? 'shop' : words;
}

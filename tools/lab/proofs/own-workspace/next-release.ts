import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A release in which `active` of topology.json is called `selected`, and `deploy` leaves another format on AWS. */
const version = '1.1.0';

const migration = `import { readJson, writeJson } from '@nx/devkit';
import { formatChanges } from '../generators/format-changes.js';

const file = 'functions/topology.json';

export default function renameActive(tree) {
  if (!tree.exists(file)) return;
  const entries = Object.entries(readJson(tree, file));
  writeJson(tree, file, Object.fromEntries(entries.map(([key, value]) => [key === 'active' ? 'selected' : key, value])));
  formatChanges(tree);
}
`;

/**
 * Makes the packages of a later release, from copies of built ones.
 *
 * @param packages - folders by name
 * @param out - folder of all new packages, absolute; emptied first
 * @returns the new folders by name
 */
export function nextRelease(packages: ReadonlyMap<string, string>, out: string): Map<string, string> {
  rmSync(out, { recursive: true, force: true });
  const next = new Map([...packages.keys()].map((name) => [name, join(out, name)]));
  for (const [name, folder] of next) {
    cpSync(packages.get(name) as string, folder, { recursive: true });
    editJson(join(folder, 'package.json'), (manifest) => {
      manifest.version = version;
      for (const dependency of Object.keys(manifest.dependencies ?? {})) {
        if (packages.has(dependency)) manifest.dependencies[dependency] = version;
      }
    });
  }
  const fileOf = (name: string, path: string) => join(next.get(`@nanoservices/${name}`) as string, path);
  edit(fileOf('model', 'dist/files/topology-file.js'), [
    ['active: z.string()', 'selected: z.string()'],
    [
      'const file = readOptionalJson(workspaceRoot, path, TopologyFile);',
      'const { selected, ...others } = readOptionalJson(workspaceRoot, path, TopologyFile);\nconst file = { ...others, active: selected };',
    ],
  ]);
  edit(fileOf('model', 'schemas/topology.schema.json'), [['"active": {', '"selected": {']]);
  edit(fileOf('deploy', stageFormatModule), [['stageFormat = 1', 'stageFormat = 2']]);
  const path = './dist/migrations/rename-active.js';
  mkdirSync(dirname(fileOf('nx', path)), { recursive: true });
  writeFileSync(fileOf('nx', path), migration);
  editJson(fileOf('nx', 'migrations.json'), ({ generators, packageJsonUpdates }) => {
    const description = 'Renames "active" in topology.json';
    generators['rename-active'] = { version, description, implementation: path };
    packageJsonUpdates.tools.version = version;
  });
  return next;
}

/** The module with the format of what `deploy` leaves on AWS, in its package. */
export const stageFormatModule = 'dist/live/stage-format.js';

/** Replaces texts of a file. @throws Error when it does not have one */
export function edit(file: string, replacements: readonly (readonly [from: string, to: string])[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON
function editJson(file: string, change: (content: any) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, JSON.stringify(content, null, 2));
}

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { UsageError } from '../usage-error.ts';
import { endpointsPerResource, scaleEndpoints } from './scale-endpoint.ts';
import { dataAccessFile, migrationFile, scaleResource, validationFile } from './scale-resource.ts';

export interface ScaleWorkspaceOptions {
  readonly endpoints: number;
  /** Relative to the current folder. */
  readonly directory: string;
}

/**
 * `nx g scale-workspace --endpoints 1000 --directory /tmp/thousand`: makes a workspace with this one's libs and tools and
 * so many endpoints, to measure how the tools grow. It is a git repository with one commit.
 *
 * @throws UsageError when the folder is inside of this workspace, or is not empty
 */
export default async function scaleWorkspaceGenerator(
  tree: Tree,
  { endpoints, directory }: ScaleWorkspaceOptions,
): Promise<GeneratorCallback> {
  const target = resolve(directory);
  if (!relative(tree.root, target).startsWith('..')) {
    throw new UsageError(
      `--directory ${directory} is inside of this workspace: name a folder outside of it.`,
    );
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new UsageError(`--directory ${directory} is not empty: name a new folder, or empty it.`);
  }
  return () => {
    makeScaleWorkspace(tree.root, target, endpoints);
    console.log(`\n${endpoints} endpoints. Try them: cd ${directory}, then npx nx run-many -t build`);
  };
}

/** Makes the workspace, in a folder that is empty or not there. */
export function makeScaleWorkspace(original: string, target: string, endpointCount: number): void {
  copySources(original, target);
  addEndpoints(target, endpointCount);
  linkPackages(original, target);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: target, stdio: 'ignore' });
  git('init', '--initial-branch', 'main');
  git('add', '--all');
  const author = ['-c', 'user.name=scale-workspace', '-c', 'user.email=scale-workspace@example.com'];
  git(...author, '-c', 'commit.gpgsign=false', 'commit', '--message', `${endpointCount} endpoints`);
}

/** Everything that git knows or would know of, but the endpoints. */
function copySources(original: string, target: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: original,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  for (const file of listed.split('\0')) {
    const isEndpoints = /^functions\/[^/]+\//.test(file);
    // What git knows may have been deleted since.
    if (file && !isEndpoints && existsSync(join(original, file)))
      cpSync(join(original, file), join(target, file));
  }
}

function addEndpoints(target: string, endpointCount: number): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  };
  const unit = (name: string) =>
    json({ name: `@nanoservices/${name}`, private: true, type: 'module', unit: {} });
  const resources = Array.from({ length: Math.ceil(endpointCount / endpointsPerResource) }, (_, index) =>
    scaleResource(index),
  );
  for (const [index, resource] of resources.entries()) {
    write(`libs/validation/src/${resource.many}.ts`, validationFile(resource));
    write(`libs/data-access/src/${resource.many}.ts`, dataAccessFile(resource));
    write(`functions/${resource.many}/package.json`, unit(resource.many));
    const count = Math.min(endpointsPerResource, endpointCount - index * endpointsPerResource);
    for (const { root, files } of scaleEndpoints(resource, count)) {
      for (const [file, text] of Object.entries(files)) write(`${root}/${file}`, text);
    }
  }
  const exports = resources.map(({ many }) => `export * from './${many}.ts';\n`).join('');
  for (const lib of ['validation', 'data-access']) {
    appendFileSync(join(target, `libs/${lib}/src/index.ts`), exports);
  }
  write('libs/data-access/migrations/2000000000000_scale.sql', migrationFile(resources));
  write('functions/package.json', unit('app'));
  const micro = resources.map(({ many }) => many);
  write('functions/topology.json', json({ active: 'nano', topologies: { nano: [], micro, mono: ['app'] } }));
}

/** The installed packages are those of the original; the workspace's own are its copies. */
function linkPackages(original: string, target: string): void {
  const own = join(target, 'node_modules/@nanoservices');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(join(original, 'node_modules'))) {
    if (['@nanoservices', '.cache', '.package-lock.json'].includes(name)) continue;
    symlinkSync(join(original, 'node_modules', name), join(target, 'node_modules', name));
  }
  const folders = (parent: string) =>
    readdirSync(join(target, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(target, parent, name));
  const endpoints = folders('functions').flatMap((folder) => folders(relative(target, folder)));
  for (const folder of [...folders('libs'), ...folders('tools'), ...endpoints]) {
    symlinkSync(folder, join(own, basename(folder)));
  }
}

function json(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

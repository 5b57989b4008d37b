import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLenientJson } from './read-json.ts';
import { UsageError } from './usage-error.ts';

/** The folders of a workspace that the framework reads, relative to its root, with slashes. */
export interface Folders {
  /** Endpoints and units, and the settings of the application. */
  readonly functions: string;
  readonly libs: string;
  readonly tools: string;
}

/** The options of the Nx plugin that name these folders. */
export type FolderOptions = { readonly [Key in keyof Folders as `${Key}Folder`]?: string | undefined };

/** An entry of `"plugins"` in nx.json. */
type PluginEntry = string | { readonly plugin: string; readonly options?: unknown };

const defaults: Folders = { functions: 'functions', libs: 'libs', tools: 'tools' };
const keys = Object.keys(defaults) as readonly (keyof Folders)[];

/** The names of the plugin's options that name a folder. */
export const folderOptions = keys.map((key) => `${key}Folder` as const);

/** Cache of folders, keyed by the text of nx.json. */
const known = new Map<string, Folders>();

/**
 * Reads the names of a workspace's folders from the options of the Nx plugin in nx.json.
 *
 * @param workspaceRoot - absolute; without an nx.json, the names are the default ones
 * @throws UsageError when an option is no clean relative path, or two of them collide
 */
export function readFolders(workspaceRoot: string): Folders {
  const file = join(workspaceRoot, 'nx.json');
  if (!existsSync(file)) return defaults;
  const text = readFileSync(file, 'utf8');
  const before = known.get(text);
  if (before) return before;
  const { plugins } = readLenientJson(workspaceRoot, 'nx.json') as { plugins?: readonly PluginEntry[] };
  const folders = foldersOf((pluginOptions(plugins) ?? {}) as FolderOptions);
  known.set(text, folders);
  return folders;
}

/** @returns the options of this framework's plugin in nx.json; undefined when nx.json does not have the plugin */
export function pluginOptions(plugins: readonly PluginEntry[] | undefined): object | undefined {
  const own = (Array.isArray(plugins) ? plugins : []).find((one) => isOwnPlugin(pluginName(one)));
  if (own === undefined) return undefined;
  return typeof own === 'object' && typeof own.options === 'object' ? (own.options ?? {}) : {};
}

function pluginName(entry: PluginEntry): string {
  return typeof entry === 'string' ? entry : `${entry?.plugin}`;
}

/** @param name - of a plugin in nx.json; in the framework's own repository, a path */
function isOwnPlugin(name: string): boolean {
  return /^@nanoservices\/nx$|\/bin\/node_modules\/plugin\.cjs$/.test(name);
}

/** @throws UsageError; see {@link readFolders} */
export function foldersOf(options: FolderOptions): Folders {
  for (const key of keys) refuseUnclean(`${key}Folder`, options[`${key}Folder`]);
  const entries = keys.map((key) => [key, options[`${key}Folder`] ?? defaults[key]]);
  const folders = Object.fromEntries(entries) as Record<keyof Folders, string>;
  for (const key of ['libs', 'tools'] as const) {
    if (!`${folders[key]}/`.startsWith(`${folders.functions}/`)) continue;
    throw new UsageError(
      `nx.json: the option "${key}Folder" is "${folders[key]}", which is in "${folders.functions}", the folder of the endpoints ("functionsFolder"). Name two separate folders.`,
    );
  }
  return folders;
}

function refuseUnclean(option: string, folder: unknown): void {
  if (folder === undefined) return;
  const isClean =
    typeof folder === 'string' &&
    folder
      .split('/')
      .every(
        (part) => /^(?!\.{1,2}$)[\w.@ ~+-]+$/.test(part) && part !== 'node_modules' && part.trim() === part,
      );
  if (isClean) return;
  throw new UsageError(
    `nx.json: the option "${option}" of this framework's plugin is ${JSON.stringify(folder)}. It is a folder below the workspace root, as "services/api": without "..", "./" and a slash at the end.`,
  );
}

/**
 * The path of a settings file, such as topology.json.
 *
 * @param name - name of the file in the folder of the endpoints
 * @returns relative to the workspace root
 */
export function settingsPath(workspaceRoot: string, name: string): string {
  return `${readFolders(workspaceRoot).functions}/${name}`;
}

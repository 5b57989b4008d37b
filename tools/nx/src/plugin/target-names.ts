import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FolderOptions, folderOptions, pluginOptions, readLenientJson } from '@nanoservices/model';
import type { NxJsonConfiguration } from '@nx/devkit';

/** The targets that this plugin infers. */
export const targetKeys = [
  'build',
  'size',
  'invoke',
  'package',
  'deploy',
  'rollback',
  'status',
  'prune',
  'lint',
  'typecheck',
  'test',
  'dev',
  'topology',
  'token',
  'client',
  'openapi',
  'compatible',
  'report',
  'database',
] as const;

export type TargetKey = (typeof targetKeys)[number];

/** The names of targets, by key: `build` unless the option `buildTargetName` gives another. */
export type TargetNames = Readonly<Record<TargetKey, string>>;

/** The plugin's options in nx.json: a name for each target, and the folders. */
export type PluginOptions = FolderOptions & { readonly [Key in TargetKey as `${Key}TargetName`]?: string };

/**
 * The target names that nx.json configures for this plugin.
 *
 * @param workspaceRoot - absolute; without an nx.json, the names are the default ones
 * @throws Error when an option is unknown
 */
export function configuredTargetNames(workspaceRoot: string): TargetNames {
  if (!existsSync(join(workspaceRoot, 'nx.json'))) return targetNames();
  const { plugins }: NxJsonConfiguration = readLenientJson(workspaceRoot, 'nx.json');
  return targetNames(pluginOptions(plugins));
}

/** @throws Error when an option is unknown */
export function targetNames(options: PluginOptions = {}): TargetNames {
  const known: string[] = [...targetKeys.map((key) => `${key}TargetName`), ...folderOptions];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) {
    throw new Error(`nx.json: the plugin has no option "${unknown}". It has: ${known.join(', ')}.`);
  }
  const entries = targetKeys.map((key) => [key, options[`${key}TargetName`] ?? key]);
  return Object.fromEntries(entries) as TargetNames;
}

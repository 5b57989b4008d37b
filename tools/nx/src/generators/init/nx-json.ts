import { type FolderOptions, pluginOptions } from '@nanoservices/model';
import type { NxJsonConfiguration } from '@nx/devkit';
import jsonc from 'jsonc-parser';
import { editJson } from '../edit-json.ts';

const plugin = '@nanoservices/nx';

/**
 * Adds this plugin to the text of an nx.json, or options to the plugin. Comments and layout stay.
 *
 * @param options - options to set
 * @returns the same text when nothing has to change
 */
export function withPlugin(text: string, options: FolderOptions): string {
  const { plugins = [] }: NxJsonConfiguration = jsonc.parse(text) ?? {};
  const index = plugins.findIndex((one) => pluginOptions([one]) !== undefined);
  const entry = plugins[index];
  if (entry === undefined) {
    const added = Object.keys(options).length > 0 ? { plugin, options } : plugin;
    return editJson(text, ['plugins', plugins.length], added, true);
  }
  const before = pluginOptions([entry]) as Record<string, unknown>;
  const changes = Object.entries(options).filter(([key, value]) => before[key] !== value);
  if (changes.length === 0) return text;
  if (typeof entry === 'string') return editJson(text, ['plugins', index], { plugin: entry, options });
  return changes.reduce(
    (changed, [key, value]) => editJson(changed, ['plugins', index, 'options', key], value),
    text,
  );
}

import type { FolderOptions } from '@nanoservices/model';
import { pluginOptions } from '@nanoservices/model';
import type { NxJsonConfiguration } from '@nx/devkit';
import jsonc from 'jsonc-parser';

const plugin = '@nanoservices/nx';

/**
 * Adds this plugin to the text of an nx.json, or options to the plugin. Comments and layout stay.
 *
 * @param options - those to set
 * @returns the same text when nothing has to change
 */
export function withPlugin(text: string, options: FolderOptions): string {
  const { plugins = [] }: NxJsonConfiguration = jsonc.parse(text) ?? {};
  if (pluginOptions(plugins) === undefined) {
    const hasOptions = Object.keys(options).length > 0;
    return edited(text, ['plugins', plugins.length], hasOptions ? { plugin, options } : plugin, true);
  }
  const index = plugins.findIndex((one) => pluginOptions([one]) !== undefined);
  const entry = plugins[index];
  const before = pluginOptions(plugins) as Record<string, unknown>;
  const changes = Object.entries(options).filter(([key, value]) => before[key] !== value);
  if (changes.length === 0) return text;
  if (typeof entry === 'string') return edited(text, ['plugins', index], { plugin: entry, options });
  return changes.reduce(
    (changed, [key, value]) => edited(changed, ['plugins', index, 'options', key], value),
    text,
  );
}

function edited(text: string, path: (string | number)[], value: unknown, isArrayInsertion = false): string {
  const formattingOptions = { insertSpaces: !/^\t/m.test(text), tabSize: 2, eol: '\n' };
  return jsonc.applyEdits(text, jsonc.modify(text, path, value, { formattingOptions, isArrayInsertion }));
}

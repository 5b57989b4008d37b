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
  'report',
] as const;

export type TargetKey = (typeof targetKeys)[number];

/** The names of targets, by key: `build` unless the option `buildTargetName` gives another. */
export type TargetNames = Readonly<Record<TargetKey, string>>;

/** The plugin's options in nx.json: a name for each target. */
export type PluginOptions = { readonly [Key in TargetKey as `${Key}TargetName`]?: string };

/** @throws Error when an option is unknown */
export function targetNames(options: PluginOptions = {}): TargetNames {
  const known = targetKeys.map((key) => `${key}TargetName`);
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) {
    throw new Error(`nx.json: the plugin has no option "${unknown}". It has: ${known.join(', ')}.`);
  }
  const entries = targetKeys.map((key) => [key, options[`${key}TargetName`] ?? key]);
  return Object.fromEntries(entries) as TargetNames;
}

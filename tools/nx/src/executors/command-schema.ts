import type { Command } from '../command-line/command.ts';

/**
 * The schema of a command's executor: what `nx run <project>:<target> --help` prints, and Nx Console shows as a form.
 * Dashes become capitals, as Nx wants it; the arguments as they were typed go on to the command.
 */
export function commandSchema({ name, summary, options, details }: Command): object {
  const properties = Object.entries(options).map(([option, { type, multiple, choices, description }]) => {
    const one = { type, ...(choices && { enum: [...choices] }) };
    const schema = multiple ? { type: 'array', items: one, description } : { ...one, description };
    return [option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), schema];
  });
  return {
    $schema: 'https://json-schema.org/schema',
    $id: name,
    title: summary,
    description: details ?? summary,
    type: 'object',
    properties: {
      ...Object.fromEntries(properties),
      names: { type: 'array', items: { type: 'string' }, description: 'Set by the target', visible: false },
      __unparsed__: {
        type: 'array',
        items: { type: 'string' },
        hidden: true,
        $default: { $source: 'unparsed' },
      },
    },
  };
}

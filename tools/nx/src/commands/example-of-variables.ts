import type { FunctionVariable, PackedFunction } from '@nanoservices/model';

/** The example of `.env.local`, which git keeps. */
export const exampleFile = '.env.local.example';

const header =
  '# Copy this file to .env.local, which git ignores, and fill it in. Made from the contracts: npx nanos env';

/**
 * Writes the example: each variable with the endpoints that declare it. One that may be left out is commented out.
 *
 * @returns undefined when no contract declares a variable
 */
export function exampleOf(
  functions: readonly Pick<PackedFunction, 'variables' | 'environment'>[],
): string | undefined {
  const declared = functions.flatMap(({ variables, environment }) =>
    // A package.json may set it.
    variables.map((one) => ({ ...one, isRequired: one.isRequired && !environment[one.name] })),
  );
  if (declared.length === 0) return undefined;
  const names = [...new Set(declared.map(({ name }) => name))].sort();
  const blocks = names.map((name) => blockOf(declared.filter((one) => one.name === name)));
  return `${[header, ...blocks].join('\n\n')}\n`;
}

function blockOf(declared: readonly FunctionVariable[]): string {
  const { name = '', isSecret } = declared[0] ?? {};
  const isRequired = declared.some((one) => one.isRequired);
  const found = declared.find((one) => one.default !== undefined)?.default;
  const endpoints = [...new Set(declared.flatMap((one) => one.endpoints))].sort();
  const facts = [
    ...(isSecret ? ['secret'] : []),
    isRequired ? 'required' : 'optional',
    ...(found === undefined ? [] : [`default ${JSON.stringify(found)}`]),
  ];
  return `# ${endpoints.join(', ')}: ${facts.join(', ')}\n${isRequired ? '' : '#'}${name}=`;
}

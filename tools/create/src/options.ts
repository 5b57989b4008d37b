import { parseArgs } from 'node:util';
import type { Template } from './templates.ts';

/** A mistake of the person who runs the command: its message says what to do, and needs no stack. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

/** The command line; undefined for parts that it leaves open. */
export interface Options {
  /** The folder, relative to the working directory. */
  readonly folder: string | undefined;
  /** Name of a template. */
  readonly template: string | undefined;
  /** With `@`. */
  readonly scope: string | undefined;
  /** True to ask nothing. */
  readonly yes: boolean;
  readonly git: boolean;
  readonly help: boolean;
}

export function usageOf(templates: readonly Template[]): string {
  const [first, ...others] = templates.map(({ name, description }) => `${name}: ${description}`);
  return `npm create nanoservices@latest <folder> -- [options]

Creates a workspace of nanoservices for AWS Lambda.

  --template <name>   ${[`${first} (default)`, ...others].join(`\n${' '.repeat(22)}`)}
  --scope <@name>     npm scope of the packages. Default: @ and the folder's name
  --no-git            leaves Git alone
  --yes               asks nothing, takes the defaults
  --help`;
}

/** @throws Mistake that names the option */
export function parseOptions(args: readonly string[], templates: readonly Template[]): Options {
  const { values, positionals } = parse(args, templates);
  const [folder, ...more] = positionals;
  if (more.length > 0) {
    throw new Mistake(`One folder, please: ${positionals.join(', ')} are ${positionals.length}.`);
  }
  const { template, scope } = values;
  const names = templates.map(({ name }) => name);
  if (template !== undefined && !names.includes(template)) {
    throw new Mistake(`--template ${template}: there is ${names.join(' and ')}.`);
  }
  if (scope !== undefined) requireScope(scope);
  return {
    folder,
    template,
    scope,
    yes: values.yes ?? false,
    git: !values['no-git'],
    help: values.help ?? false,
  };
}

function parse(args: readonly string[], templates: readonly Template[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        template: { type: 'string' },
        scope: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        'no-git': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Mistake(`${(error as Error).message}\n\n${usageOf(templates)}`);
  }
}

/** @see https://docs.npmjs.com/cli/v11/using-npm/scope */
const scopePattern = /^@[a-z\d][a-z\d-]{0,99}$/;
const reservedScopes = ['@nanoservices'];

/** @throws Mistake when packages cannot have the scope */
export function requireScope(scope: string): void {
  if (!scopePattern.test(scope)) {
    throw new Mistake(`--scope ${scope}: a scope is @ and lower-case letters, digits and hyphens, as @shop.`);
  }
  if (reservedScopes.includes(scope)) {
    throw new Mistake(
      `--scope ${scope}: the framework's packages have this scope. Take another one, as @shop.`,
    );
  }
}

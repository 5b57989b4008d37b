import { parseArgs } from 'node:util';

/** A mistake of the person who runs the command: its message says what to do, and needs no stack. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

export const templates = ['minimal', 'arcade'] as const;
export type Template = (typeof templates)[number];

/** What the command line says; undefined for what it leaves open. */
export interface Options {
  /** The folder, relative to the working directory. */
  readonly folder: string | undefined;
  readonly template: Template | undefined;
  /** With `@`. */
  readonly scope: string | undefined;
  /** True to ask nothing. */
  readonly yes: boolean;
  readonly git: boolean;
  readonly help: boolean;
}

export const usage = `npm create nanoservices@latest <folder> -- [options]

Creates a workspace of nanoservices for AWS Lambda.

  --template <name>   minimal: one endpoint and its spec (default)
                      arcade: the framework's sample application, with a database
  --scope <@name>     npm scope of the packages. Default: @ and the folder's name
  --no-git            leaves Git alone
  --yes               asks nothing, takes the defaults
  --help`;

/** @throws Mistake that names the option */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [folder, ...more] = positionals;
  if (more.length > 0) {
    throw new Mistake(`One folder, please: ${positionals.join(', ')} are ${positionals.length}.`);
  }
  const { template, scope } = values;
  if (template !== undefined && !isTemplate(template)) {
    throw new Mistake(`--template ${template}: there is ${templates.join(' and ')}.`);
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

function parse(args: readonly string[]) {
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
    throw new Mistake(`${(error as Error).message}\n\n${usage}`);
  }
}

function isTemplate(name: string): name is Template {
  return templates.some((template) => template === name);
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

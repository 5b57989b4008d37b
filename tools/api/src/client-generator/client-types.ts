import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contract } from '@nanoservices/endpoint';
import { type ContractFile, UsageError } from '@nanoservices/model';
import ts from 'typescript';
import { compilerSettings } from '../compiler-options.ts';
import { problemsOf } from '../openapi/problem-schemas.ts';
import { methodName } from './client-code.ts';
import { type NamedType, namedTypes } from './named-types.ts';

/** A contract that describes a response, and its module. */
export interface DescribedContract extends ContractFile {
  readonly contract: Contract;
}

/** The module of the application's schemas, and the names of those that it exports. */
export interface NamedSchemas {
  /** Absolute. */
  readonly file: string;
  readonly names: readonly string[];
}

/**
 * Makes the declaration files of the client. TypeScript itself spells out the input and output of each contract, so that
 * the client needs neither zod nor this workspace. The objects in them have the names of the application's schemas.
 *
 * @returns texts by file name
 * @throws UsageError when a contract has a type error
 */
export function clientTypes(
  workspaceRoot: string,
  contracts: readonly DescribedContract[],
  schemas?: NamedSchemas,
): Record<string, string> {
  // The sources, also where this module is compiled.
  const client = fileURLToPath(new URL('../../src/client', import.meta.url));
  const aliasFile = join(client, 'aliases.ts');
  const shared = ['errors', 'client'];
  const program = programOf(
    workspaceRoot,
    [aliasFile, ...shared.map((name) => join(client, `${name}.ts`))],
    new Map([[aliasFile, aliases(contracts, schemas)]]),
  );
  const source = program.getSourceFile(aliasFile) as ts.SourceFile;
  const checker = program.getTypeChecker();
  const types = new Map(
    source.statements
      .filter(ts.isTypeAliasDeclaration)
      .map(({ name }) => [name.text, checker.getTypeAtLocation(name)]),
  );
  const textOf = (alias: string) => print(checker, types.get(alias) as ts.Type);
  const operations = contracts.map(({ contract }, index) => {
    const name = methodName(contract).replace(/^./, (letter) => letter.toUpperCase());
    const isOptionalRequest = checker
      .getPropertiesOfType(types.get(`Request${index}`) as ts.Type)
      .every(isOptional);
    return {
      contract,
      isOptionalRequest,
      request: { name: `${name}Request`, text: textOf(`Request${index}`) },
      response: { name: `${name}Response`, text: textOf(`Response${index}`) },
    };
  });
  const named = namedTypes(
    (schemas?.names ?? []).map((name) => ({ name, text: textOf(`Schema_${name}`) })),
    operations.flatMap(({ request, response }) => [request, response]),
  );
  return {
    ...declarations(program, client, shared),
    'index.d.ts': index(contracts, named, operations.map(method)),
  };
}

/** A module with an alias for each type of the client. */
function aliases(contracts: readonly DescribedContract[], schemas: NamedSchemas | undefined): string {
  return [
    `import type { RequestTo, ResponseOf, ValueOf } from './types.ts';`,
    ...contracts.flatMap(({ file, exportName }, index) => [
      `import type { ${exportName} as contract${index} } from ${JSON.stringify(file)};`,
      `export type Request${index} = RequestTo<typeof contract${index}>;`,
      `export type Response${index} = ResponseOf<typeof contract${index}>;`,
    ]),
    ...(schemas ? [`import type * as schemas from ${JSON.stringify(schemas.file)};`] : []),
    ...(schemas?.names ?? []).map((name) => `export type Schema_${name} = ValueOf<typeof schemas.${name}>;`),
  ].join('\n');
}

interface Operation {
  readonly contract: Contract;
  readonly isOptionalRequest: boolean;
  readonly request: NamedType;
  readonly response: NamedType;
}

function method({ contract, isOptionalRequest, request, response }: Operation): string {
  const problems = contract.problems.map(({ type }) => `\`${type}\``).join(', ');
  return [
    `  /**`,
    `   * ${contract.summary}: \`${contract.method} ${contract.path}\`.`,
    ...(problems ? [`   *`, `   * @throws ProblemError: ${problems}`] : []),
    `   */`,
    `  ${methodName(contract)}(request${isOptionalRequest ? '?' : ''}: ${request.name}, options?: CallOptions): Promise<${response.name}>;`,
  ].join('\n');
}

function index(
  contracts: readonly DescribedContract[],
  named: readonly NamedType[],
  methods: readonly string[],
): string {
  const problems = new Set(contracts.flatMap(({ contract }) => problemsOf(contract)).map(({ type }) => type));
  return `import type { ProblemError } from './errors.js';
import type { CallOptions, ClientOptions } from './client.js';
export { NetworkError, type ProblemDetails, ProblemError } from './errors.js';
export type { CallOptions, ClientOptions } from './client.js';

${named.map(({ name, text }) => `export type ${name} = ${text};\n`).join('\n')}
/** The problems of this API. A problem with an HTTP status only is \`about:blank\`. */
export type ProblemType =
${[...problems]
  .sort()
  .map((type) => `  | '${type}'`)
  .join('\n')};

/** Tells problems apart. */
export declare function isProblem<Type extends ProblemType>(error: unknown, type: Type): error is ProblemError<Type>;

export interface Client {
${methods.join('\n')}
}

/**
 * Makes the client of the API.
 *
 * A method returns the body of a good response. It throws ProblemError when the API answers with a problem, and NetworkError
 * when it does not answer. Idempotent requests (GET, PUT, DELETE, and creations, which get an Idempotency-Key) are retried
 * after a missing response, 429 and 5xx.
 */
export declare function createClient(options: ClientOptions): Client;
`;
}

function isOptional({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.Optional) !== 0;
}

function print(checker: ts.TypeChecker, type: ts.Type): string {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  return checker.typeToString(type, undefined, flags);
}

function programOf(workspaceRoot: string, files: string[], inMemory: Map<string, string>): ts.Program {
  const { options, errors: mistakes } = compilerSettings(workspaceRoot);
  const settings: ts.CompilerOptions = {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
  };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists } = host;
  host.readFile = (file) => inMemory.get(file) ?? readFile(file);
  host.fileExists = (file) => inMemory.has(file) || fileExists(file);
  const program = ts.createProgram(files, settings, host);
  const errors = [...mistakes, ...ts.getPreEmitDiagnostics(program)].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  );
  if (errors.length > 0) {
    throw new UsageError(`The client cannot be made.\n${ts.formatDiagnostics(errors, host)}`);
  }
  return program;
}

function declarations(program: ts.Program, folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      let text = '';
      program.emit(program.getSourceFile(join(folder, `${name}.ts`)), (_, declaration) => {
        text = declaration;
      });
      return [`${name}.d.ts`, text.replace(/(from '\.\/\w+)\.ts'/g, "$1.js'")];
    }),
  );
}

import { fileURLToPath } from 'node:url';
import type { Workspace } from '@nanoservices/model';
import { generateFiles, type Tree } from '@nx/devkit';
import { zodVersion } from '../endpoint/generator.ts';
import { camelCase, scopeOf, toKebabCase } from '../names.ts';
import type { Imported } from './import-service.ts';
import type { Json } from './json.ts';
import { OpenApiDocument } from './openapi/document.ts';
import { type Operation, readOperations } from './openapi/operations.ts';
import { notImplemented, type ProblemSource, problemNames } from './openapi/responses.ts';
import { RoutePaths } from './openapi/routes.ts';
import { contractParts, Samples } from './openapi/samples.ts';
import { type SchemaExport, SchemaWriter } from './openapi/schema-source.ts';
import { serverPath } from './openapi/server-path.ts';
import { comment } from './openapi/source-text.ts';
import { type PlannedEndpoint, planEndpoints } from './plan-endpoints.ts';
import type { SharedLib } from './serverless/place-modules.ts';
import { freeLib } from './shared-lib.ts';
import { SourceLines } from './source-lines.ts';

/**
 * Writes an endpoint for each operation of an OpenAPI document, whose handler responds 501 until it is written, and a lib with the
 * schemas and problems of the document.
 *
 * @param file - absolute
 * @throws UsageError when it is no OpenAPI 3, or endpoints are in the way
 */
export function importDocument(
  tree: Tree,
  workspace: Workspace,
  file: string,
  content: Json,
  { resource }: { readonly resource?: string | undefined },
): Imported {
  const document = new OpenApiDocument(file, content);
  const writer = new SchemaWriter(document, ['z', 'Problem', ...problemNames]);
  const existing = [...workspace.contracts.values()].map(({ path }) => path);
  const routes = new RoutePaths(serverPath(document), existing);
  const schemas = writer.writeComponents();
  const { found, operations } = readOperations(document, writer, routes);
  const { endpoints, refused } = planEndpoints(operations, workspace, document.title, resource);
  for (const { route, reason } of refused) document.remark(route.at, `Not taken over: ${reason}`);
  if (endpoints.length > 0) {
    const lib = freeLib(tree, workspace, toKebabCase(document.title) || 'api', endpoints);
    writeSchemas(
      tree,
      workspace,
      lib,
      schemas,
      endpoints.map(({ route }) => route),
    );
    const context = { lib, schemas, scope: scopeOf(workspace), samples: new Samples(schemas, content) };
    for (const endpoint of endpoints) writeStub(tree, endpoint, context);
  }
  const lines = new SourceLines(file);
  return {
    found,
    takenOver: endpoints.map(({ route }) => route.source),
    endpoints: endpoints.map(({ root }) => root),
    findings: document.remarks.map((remark) => lines.findingOf(remark, tree.root)),
  };
}

function templates(folder: string): string {
  return fileURLToPath(new URL(`files/${folder}`, import.meta.url));
}

function writeSchemas(
  tree: Tree,
  { schemas: schemaPackage }: Workspace,
  lib: SharedLib,
  schemas: readonly SchemaExport[],
  operations: readonly Operation[],
): void {
  const problems = new Map<number, ProblemSource>();
  for (const one of [notImplemented, ...operations.flatMap((operation) => operation.problems)])
    problems.set(one.status, one);
  generateFiles(tree, templates('schemas'), lib.root, {
    packageName: lib.packageName,
    zodVersion,
    // One lib of a workspace is that of its schemas.
    isSchemaPackage: schemaPackage === undefined && schemas.length > 0,
    schemas: schemas.map((one) => ({ ...one, comment: comment(one.description) })),
    problems: [...problems.values()].sort((a, b) => a.status - b.status),
  });
  if (schemas.length === 0) tree.delete(`${lib.root}/src/schemas.ts`);
}

interface StubContext {
  readonly lib: SharedLib;
  readonly schemas: readonly SchemaExport[];
  readonly scope: string;
  readonly samples: Samples;
}

function writeStub(
  tree: Tree,
  { name, root, route }: PlannedEndpoint<Operation>,
  { lib, schemas, scope, samples }: StubContext,
): void {
  const { method, path, summary, access, response, contentType, status } = route;
  const parts = Object.entries({
    ...contractParts(route),
    ...(response !== undefined && { response }),
    ...(contentType !== undefined && { contentType: JSON.stringify(contentType) }),
    ...(status !== undefined && { status: `${status}` }),
  });
  const code = parts.map(([, source]) => source).join('\n');
  const problems = [...new Set([...route.problems, notImplemented].map((one) => one.name))].sort();
  // A text in quotes is no name.
  const names = new Set(code.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/(?<![.\w$])[A-Z][\w$]*/g));
  const used = schemas.map((one) => one.name).filter((one) => names.has(one));
  const usesZod = /\bz\./.test(code);
  generateFiles(tree, templates('stub'), root, {
    ...{ name, method, path, summary, access, parts, problems, usesZod },
    packageName: scope + name,
    contractName: camelCase(name),
    lib: lib.packageName,
    imported: [...new Set([...used, ...problems])].sort(),
    request: samples.requestOf(route),
    options: typeof access === 'object' ? `, { scopes: ${JSON.stringify([access.scope])} }` : '',
    dependencies: {
      '@nanoservices/endpoint': '*',
      [lib.packageName]: '*',
      ...(usesZod && { zod: zodVersion }),
    },
  });
}

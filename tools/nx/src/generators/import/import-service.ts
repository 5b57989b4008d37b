import { dirname } from 'node:path';
import { packageNamedBy } from '@nanoservices/build';
import { type Workspace, workspacePath } from '@nanoservices/model';
import type { Tree } from '@nx/devkit';
import { scopeOf, toKebabCase } from '../names.ts';
import type { Finding } from './finding.ts';
import { planEndpoints } from './plan-endpoints.ts';
import { type AdoptedHandler, adoptHandlers } from './serverless/adopt-handlers.ts';
import { codeRemarks } from './serverless/event-use.ts';
import { type OldPackages, readOldPackages } from './serverless/old-packages.ts';
import { readConfiguration } from './serverless/read-configuration.ts';
import { serviceOf } from './serverless/service.ts';
import { lineOf } from './serverless/source-module.ts';
import type { SourceModule } from './serverless/trace-modules.ts';
import { freeLib } from './shared-lib.ts';
import { SourceLines } from './source-lines.ts';
import { type FunctionRoute, writeAdopted } from './write-adopted.ts';

/** The outcome of an import: the endpoints that it wrote, and the findings about the rest. */
export interface Imported {
  /** Names of the functions or operations of the imported file. */
  readonly found: readonly string[];
  /** Those of them that are endpoints now. */
  readonly takenOver: readonly string[];
  /** Folders of the new endpoints. */
  readonly endpoints: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Writes an endpoint for each HTTP route of a Serverless service, with the code of its handler.
 *
 * @param file - serverless.yml, .json, .js, .ts; absolute. Its folder is only read
 * @throws UsageError when it cannot be read, or endpoints are in the way
 */
export async function importService(
  tree: Tree,
  workspace: Workspace,
  file: string,
  { stage, resource }: { readonly stage?: string | undefined; readonly resource?: string | undefined },
): Promise<Imported> {
  const service = serviceOf(file, await readConfiguration({ file, stage }));
  const lines = new SourceLines(file);
  const place = (path: string) => workspacePath(tree.root, path);
  const findingAt = (path: readonly string[], reason: string) => lines.findingOf({ path, reason }, tree.root);
  const folder = dirname(file);
  const packages = readOldPackages(folder);
  const { adopted, refused } = adoptHandlers(folder, service.functions, packages);
  const plan = planEndpoints(adopted.flatMap(routesOf), workspace, service.name, resource);
  const { endpoints } = plan;
  if (endpoints.length > 0) {
    const lib = freeLib(tree, workspace, toKebabCase(service.name) || 'service', endpoints);
    writeAdopted(tree, endpoints, { folder, packages, scope: scopeOf(workspace), lib });
  }
  return {
    found: service.found,
    takenOver: [...new Set(endpoints.map(({ route }) => route.source))],
    endpoints: endpoints.map(({ root }) => root),
    findings: [
      ...service.remarks.map((remark) => lines.findingOf(remark, tree.root)),
      ...refused.map(({ function: { at }, reason, at: code }) =>
        findingAt(at, `Not taken over: ${reason}${code ? ` (${place(code.file)}:${code.line})` : ''}.`),
      ),
      ...plan.refused.map(({ route, reason }) => findingAt(route.from.at, `Not taken over: ${reason}`)),
      ...endpoints
        .flatMap(({ route }) => [...route.handler.modules.values()].map((module) => ({ module, route })))
        .flatMap(({ module, route }) => codeFindings(module, route, packages))
        .map((finding) => ({ ...finding, file: place(finding.file) })),
    ],
  };
}

function routesOf(handler: AdoptedHandler): FunctionRoute[] {
  const { name, routes } = handler.function;
  return routes.map((from) => ({ source: name, method: from.method, path: from.path, from, handler }));
}

/** Lines of a module that need a look. */
function codeFindings(
  { file, content, parsed, packages }: SourceModule,
  { from }: FunctionRoute,
  { versions }: OldPackages,
): Finding[] {
  if (!parsed) return [];
  const text = content.toString();
  const undeclared = parsed.imports.filter(({ specifier }) => {
    const name = packageNamedBy(specifier);
    return name && packages.has(name) && versions[name] === undefined && name !== 'aws-sdk';
  });
  return [
    ...codeRemarks(text, from.payload).map(({ line, found, reason }) => ({ file, line, key: found, reason })),
    ...(parsed.computedImport === undefined
      ? []
      : [
          {
            file,
            line: lineOf(text, parsed.computedImport),
            key: 'import',
            reason: 'A bundle cannot contain what a computed name imports.',
          },
        ]),
    ...undeclared.map(({ specifier, start }) => ({
      ...{ file, line: lineOf(text, start), key: specifier },
      reason: specifier.startsWith('@aws-sdk/')
        ? 'The old package.json does not declare it: the SDK of nodejs24.x is used ("awsSdk": "runtime").'
        : 'The old package.json does not declare it. Check its version in the new one.',
    })),
  ];
}

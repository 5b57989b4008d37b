import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { kebabCase, readWorkspace, refusePlugAndPlay, UsageError, workspacePath } from '@nanoservices/model';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { parse, YAMLParseError } from 'yaml';
import { refuseOldNode } from '../../command-line/node-version.ts';
import { formatChanges } from '../format-changes.ts';
import { installOrTell, joinWorkspace } from '../join-workspace.ts';
import { groupFindings } from './finding.ts';
import { importDocument } from './import-document.ts';
import { type Imported, importService } from './import-service.ts';
import { isJson, type Json } from './json.ts';
import { isModule } from './module-tree.ts';

export interface ImportOptions {
  /** A Serverless configuration or an OpenAPI document, relative to the folder of the command, else to the workspace. */
  readonly from: string;
  readonly stage?: string;
  readonly resource?: string;
  /** Markdown file for the findings, relative to the workspace. */
  readonly report?: string;
  readonly skipInstall?: boolean;
}

/**
 * `nx g import --from ../old/serverless.yml` or `--from openapi.yaml`: writes endpoints, and lists what it cannot take over with
 * its line. The folder of the file is only read.
 *
 * @throws UsageError that names the file, key or option: nothing is written then
 */
export default async function importGenerator(
  tree: Tree,
  options: ImportOptions,
): Promise<GeneratorCallback> {
  const { stage, resource, report, skipInstall } = options;
  if (resource !== undefined && !kebabCase.test(resource)) {
    throw new UsageError(
      `--resource: "${resource}" is no folder name: give one in kebab-case, as in orders.`,
    );
  }
  refuseOldNode();
  refusePlugAndPlay(tree.root);
  const file = fileOf(tree.root, options.from);
  const workspace = await readWorkspace(tree.root);
  const document = isModule(file) ? undefined : openApiIn(file);
  const imported = document
    ? importDocument(tree, workspace, file, document, { resource })
    : await importService(tree, workspace, file, { stage, resource });
  const from = workspacePath(tree.root, file);
  if (imported.endpoints.length > 0) joinWorkspace(tree, workspace);
  if (report !== undefined) tree.write(report, reportOf(from, imported));
  await formatChanges(tree);
  return () => {
    if (imported.endpoints.length > 0) installOrTell(tree, skipInstall);
    console.log(`\n${summaryOf(from, imported)}`);
  };
}

/** @returns the absolute path of `--from` */
function fileOf(root: string, from: string): string {
  const candidates = [process.cwd(), root].map((folder) => resolve(folder, from));
  const file = candidates.find((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
  if (file) return file;
  throw new UsageError(`--from: there is no file ${candidates.join(' or ')}.`);
}

/** @returns the content of an OpenAPI document; undefined for another file, which Serverless reads */
function openApiIn(file: string): Json | undefined {
  const text = readFileSync(file, 'utf8');
  if (!/^\s*[{]?\s*["']?(?:openapi|swagger)["']?\s*:/m.test(text)) return undefined;
  let content: unknown;
  try {
    content = parse(text, { logLevel: 'error', merge: true });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UsageError(`--from: ${file} is neither YAML nor JSON: ${error.message}`);
  }
  return isJson(content) && ('openapi' in content || 'swagger' in content) ? content : undefined;
}

function summaryOf(from: string, { findings, ...imported }: Imported): string {
  const groups = groupFindings(findings).map(({ reason, places }) =>
    ['', reason, ...places.map((place) => `  ${place}`)].join('\n'),
  );
  return [
    headline(from, imported),
    ...imported.endpoints.map((root) => `  ${root}`),
    ...groups,
    ...(imported.endpoints.length > 0
      ? ['', 'Next: npx nx run-many -t lint typecheck test build, then npx nanos sizes --record.']
      : []),
  ].join('\n');
}

function reportOf(from: string, { findings, ...imported }: Imported): string {
  const groups = groupFindings(findings).map(({ reason, places }) =>
    [`**${reason}**`, '', ...places.map((place) => `- \`${place}\``), ''].join('\n'),
  );
  return [
    `# Imported from ${from}`,
    '',
    headline(from, imported),
    '',
    ...imported.endpoints.map((root) => `- ${root}`),
    '',
    ...groups,
  ].join('\n');
}

function headline(from: string, { found, takenOver, endpoints }: Omit<Imported, 'findings'>): string {
  const what = endpoints.length === 1 ? '1 endpoint' : `${endpoints.length} endpoints`;
  return `${from}: ${takenOver.length} of ${found.length} taken over, as ${what}.`;
}

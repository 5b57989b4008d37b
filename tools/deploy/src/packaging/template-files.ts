import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PackedFunction, Stage } from '@nanoservices/model';
import { functionService } from '../stacks/function-service.ts';
import { renderService } from '../stacks/service.ts';
import { artifactFolder } from './artifact.ts';
import { functionTemplates } from './function-templates.ts';
import { serverlessVersion, type Template } from './serverless-template.ts';

/** The content of `artifact/<stage>/template.json`. */
interface TemplateFile {
  /** The hash of the configuration that the template was made of. */
  readonly configuration: string;
  readonly serverlessVersion: string;
  readonly template: Template;
}

/**
 * The templates of functions for a stage, from the files that `package` wrote. Serverless makes those again whose configuration
 * has changed since, and writes them to the files.
 *
 * @throws ExtensionMistake, ServerlessFailed
 */
export async function readTemplates(
  workspaceRoot: string,
  stage: Stage,
  functions: readonly PackedFunction[],
): Promise<Map<string, Template>> {
  const found = functions.map((packed) => ({ packed, template: readTemplate(workspaceRoot, stage, packed) }));
  const stale = found.filter(({ template }) => template === undefined).map(({ packed }) => packed);
  const made = await writeTemplates(workspaceRoot, stage, stale);
  return new Map(
    found.map(({ packed: { name }, template }) => [name, template ?? (made.get(name) as Template)]),
  );
}

/**
 * Has Serverless make the templates of functions for a stage, and writes them beside the serverless.yml of each.
 *
 * @throws ExtensionMistake, ServerlessFailed
 */
export async function writeTemplates(
  workspaceRoot: string,
  stage: Stage,
  functions: readonly PackedFunction[],
): Promise<Map<string, Template>> {
  const templates = await functionTemplates(stage, functions);
  for (const packed of functions) {
    const { service, configuration } = functionService(stage, packed);
    const template = templates.get(packed.name) as Template;
    const folder = join(artifactFolder(workspaceRoot, packed), stage.name);
    mkdirSync(folder, { recursive: true });
    const comment = `Made by \`nx run ${packed.name}:package\` from the contracts, package.json, ${dirname(stage.file)}/topology.json and\n${stage.file}. template.json has what Serverless makes of it. \`deploy\` deploys that, publishes a version, and points the\nalias "live" to it once it has answered.`;
    writeFileSync(join(folder, 'serverless.yml'), renderService(service, comment));
    const file: TemplateFile = { configuration, serverlessVersion, template };
    writeFileSync(join(folder, 'template.json'), `${JSON.stringify(file, null, 2)}\n`);
  }
  return templates;
}

function readTemplate(workspaceRoot: string, stage: Stage, packed: PackedFunction): Template | undefined {
  const file = join(artifactFolder(workspaceRoot, packed), stage.name, 'template.json');
  try {
    const found: TemplateFile = JSON.parse(readFileSync(file, 'utf8'));
    const isFresh =
      found.configuration === functionService(stage, packed).configuration &&
      found.serverlessVersion === serverlessVersion;
    return isFresh ? found.template : undefined;
  } catch {
    // Not there, or not whole.
    return undefined;
  }
}

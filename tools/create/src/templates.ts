import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A kind of workspace: a folder of `templates` with a template.json. */
export interface Template {
  readonly name: string;
  readonly description: string;
}

export const templatesFolder = fileURLToPath(new URL('../templates', import.meta.url));

/** The template of a workspace that nobody chose one for. */
export const defaultTemplate = 'minimal';

/** @returns the templates of this package, the default one first */
export function readTemplates(): Template[] {
  const file = (name: string) => join(templatesFolder, name, 'template.json');
  const names = readdirSync(templatesFolder).filter((name) => existsSync(file(name)));
  const others = names.filter((name) => name !== defaultTemplate).sort();
  return [defaultTemplate, ...others].map((name) => ({
    name,
    ...JSON.parse(readFileSync(file(name), 'utf8')),
  }));
}

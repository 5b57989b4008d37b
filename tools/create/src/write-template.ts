import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const suffix = '.template';

/**
 * Writes the files of a template. `dot-gitignore.template` becomes `.gitignore` (npm does not publish that name), and
 * `<%= key %>` a value.
 *
 * @param template - absolute folder
 * @param root - absolute folder of the new workspace
 */
export function writeTemplate(
  template: string,
  root: string,
  values: Readonly<Record<string, string>>,
): void {
  const files = readdirSync(template, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((one) => one.endsWith(suffix))) {
    const path = file
      .slice(0, -suffix.length)
      .split(/[\\/]/)
      .map((part) => part.replace(/^dot-/, '.'))
      .join('/');
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), fill(readFileSync(join(template, file), 'utf8'), values));
  }
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/<%= (\w+) %>/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`The template names ${key}, which has no value.`);
    return value;
  });
}

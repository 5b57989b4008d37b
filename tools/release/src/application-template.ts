import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The sample application of this repository. */
const parts = ['functions', 'libs/validation', 'libs/data-access'];

/** What differs between this repository and a workspace that has the framework installed. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/@arcade\//, '<%= scope %>/'],
  [/"application": "[^"]*"/, '"application": "<%= name %>"'],
  [/(?<=["(](?:\.\.\/)+)tools\//, 'node_modules/@nanoservices/'],
  [/(?<=["(](?:\.\.\/)+)(?:libs\/)?(?=(?:endpoint|postgres)\/)/, 'node_modules/@nanoservices/'],
];

/**
 * Makes a template of the sample application for `npm create`.
 *
 * @param repository - absolute
 * @param out - absolute
 */
export function writeApplicationTemplate(repository: string, out: string): void {
  const files = execFileSync('git', ['ls-files', '-z', ...parts], { cwd: repository, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && !/(?:^|\/)bundle-size\.json$|^functions\/tsconfig\.json$/.test(file));
  for (const file of files) {
    let text = readFileSync(join(repository, file), 'utf8');
    for (const [pattern, replacement] of replacements)
      text = text.replaceAll(new RegExp(pattern, 'g'), replacement);
    const path = join(out, `${file}.template`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

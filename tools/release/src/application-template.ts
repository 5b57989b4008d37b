import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The sample application of this repository. */
const parts = ['functions', 'libs/validation', 'libs/data-access'];

/** The differences between this repository and a workspace that has the framework installed. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/"application": "[^"]*"/, '"application": "<%= name %>"'],
  [/(?<=["(](?:\.\.\/)+)tools\//, 'node_modules/@nanoservices/'],
  [/(?<=["(](?:\.\.\/)+)(?:libs\/)?(?=(?:endpoint|postgres)\/)/, 'node_modules/@nanoservices/'],
];

/**
 * Makes a template of the sample application for `npm create`. It has the application's name, which is that of its scope.
 *
 * @param repository - absolute
 * @param templates - folder of all templates, absolute
 */
export function writeApplicationTemplate(repository: string, templates: string): void {
  const { name: packageName } = JSON.parse(readFileSync(join(repository, 'functions/package.json'), 'utf8'));
  const [scope] = packageName.split('/');
  const out = join(templates, scope.slice(1));
  const files = execFileSync('git', ['ls-files', '-z', ...parts], { cwd: repository, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && !/(?:^|\/)bundle-size\.json$|^functions\/tsconfig\.json$/.test(file));
  for (const file of files) {
    let text = readFileSync(join(repository, file), 'utf8').replaceAll(`${scope}/`, '<%= scope %>/');
    for (const [pattern, replacement] of replacements)
      text = text.replaceAll(new RegExp(pattern, 'g'), replacement);
    write(join(out, `${file}.template`), text);
  }
  const description = "the framework's sample application, with a database";
  write(join(out, 'template.json'), JSON.stringify({ description }));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

import { readFileSync } from 'node:fs';
import { readWorkspace } from '@nanoservices/model';
import { expect, it } from 'vitest';
import { reportOptions } from './architectures/options.ts';
import { shopWorkspace } from './testing/shop-workspace.ts';
import { trafficOf } from './traffic/traffic.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function snippets(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text ?? '',
  );
}

it('the traffic file of the README is valid, and has the defaults', async () => {
  const [snippet = ''] = snippets('jsonc');
  const text = snippet.replace(/\/\/.*$/gm, '');
  using shop = shopWorkspace();
  const workspace = await readWorkspace(shop.root);
  shop.write('functions/traffic.json', text);
  const described = trafficOf(workspace);
  expect(described.rates.get('get-order')).toBe(0.5);
  const { endpoints } = JSON.parse(text);
  shop.write('functions/traffic.json', JSON.stringify({ endpoints }));
  expect(described).toEqual(trafficOf(workspace));
});

it('the commands of the README have options that there are', () => {
  const flags = [
    ...snippets('sh')
      .join()
      .matchAll(/--([a-z]+)/g),
  ].map(([, flag]) => flag);
  expect(flags).toContain('quick');
  for (const flag of flags) expect([...Object.keys(reportOptions), 'help']).toContain(flag);
});

it('the program of the README imports what there is', async () => {
  const [program = ''] = snippets('ts');
  const imports = [...program.matchAll(/^import \{ (.*) \} from '(.*)';$/gm)];
  expect(imports.length).toBe(2);
  for (const [, names = '', specifier = ''] of imports) {
    const exported = Object.keys(await import(specifier));
    for (const name of names.split(', ')) expect(exported, specifier).toContain(name);
  }
});

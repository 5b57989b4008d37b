import { join } from 'node:path';
import { buildClient } from '@nanoservices/api/client-generator';
import { readWorkspace } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeErrors } from '../../testbed/type-errors.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { applicationOf, blocksOf, readmes } from './blocks.ts';

it('finds the READMEs', () => {
  expect(readmes).toEqual(
    expect.arrayContaining(['README.md', 'functions/README.md', 'libs/endpoint/README.md']),
  );
});

it.each(readmes)('the JSON of %s is JSON', (readme) => {
  for (const block of blocksOf(readme, 'json')) expect(() => JSON.parse(block), block).not.toThrow();
});

describe.each(['arcade', 'shop'] as const)('TypeScript in the READMEs for the %s', (application) => {
  const fixture = new WorkspaceFixture({ application });
  let found: readonly string[];

  beforeAll(async () => {
    // A README shows the generated client.
    const client = `node_modules/${application}-client`;
    await buildClient(await readWorkspace(fixture.root), join(fixture.root, client));
    for (const readme of readmes.filter((one) => applicationOf(one) === application)) {
      const folder = `functions/readmes/${folderOf(readme)}/src`;
      for (const [index, block] of blocksOf(readme, 'ts').entries()) {
        // A block that exports a contract is the module that the next block imports.
        const name =
          /= contract\(/.test(block) && !/endpoint\(/.test(block) ? 'contract' : `block-${index + 1}`;
        fixture.write(`${folder}/${name}.ts`, `${block}\nexport {};\n`);
      }
    }
    found = typeErrors(fixture.root);
  });
  afterAll(() => fixture.delete());

  it.each(readmes.filter((one) => applicationOf(one) === application && blocksOf(one, 'ts').length > 0))(
    '%s',
    (readme) => {
      expect(found.filter((error) => error.includes(`/readmes/${folderOf(readme)}/`))).toEqual([]);
    },
  );

  it('nothing else is wrong', () => {
    expect(found.filter((error) => !error.includes('/functions/readmes/'))).toEqual([]);
  });
});

function folderOf(readme: string): string {
  return readme.replace(/\/?README\.md$/, '').replaceAll('/', '-') || 'root';
}

import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { UsageError } from '@nanoservices/model';
import { repositoryRoot } from '../repository.ts';
import { WorkspaceFixture } from '../workspace-fixture.ts';
import { endpointsPerResource, scaleEndpoints } from './scale-endpoint.ts';
import { dataAccessFile, idsFile, migrationFile, scaleResource, validationFile } from './scale-resource.ts';

/**
 * Generates a workspace with so many endpoints, to measure how the tools grow. It is a git repository with one commit.
 *
 * @param root - an absolute folder, by default a new one among temporary files
 * @throws UsageError when the folder is inside of this repository, or is not empty
 */
export function scaleWorkspace(endpointCount: number, root?: string): WorkspaceFixture {
  if (root !== undefined) refuseUnfit(root);
  const workspace = new WorkspaceFixture({ withNx: true, ...(root !== undefined && { root }) });
  removeShop(workspace);
  addEndpoints(workspace, endpointCount);
  workspace.linkPackages();
  workspace.commit(`${endpointCount} endpoints`);
  return workspace;
}

function refuseUnfit(root: string): void {
  if (!relative(repositoryRoot, root).startsWith('..')) {
    throw new UsageError(`${root} is inside of this repository: name a folder outside of it.`);
  }
  if (existsSync(root) && readdirSync(root).length > 0) {
    throw new UsageError(`${root} is not empty: name a new folder, or empty it.`);
  }
}

/** The packages of its libs stay, without content. */
function removeShop(workspace: WorkspaceFixture): void {
  workspace.withoutEndpoints();
  for (const path of ['validation/src', 'data-access/src', 'data-access/migrations']) {
    workspace.remove(`libs/${path}`);
  }
  workspace.remove('functions/traffic.json');
  const patch = (lib: string, changes: object) => {
    const file = `libs/${lib}/package.json`;
    workspace.write(file, json({ ...JSON.parse(workspace.read(file)), ...changes }));
  };
  workspace.remove('libs/data-access/seed.sql');
  patch('validation', { exports: { '.': './src/index.ts' }, schemas: {} });
  patch('data-access', { exports: { './*': './src/*.ts' }, database: { migrations: './migrations' } });
}

function addEndpoints(workspace: WorkspaceFixture, endpointCount: number): void {
  const resources = Array.from({ length: Math.ceil(endpointCount / endpointsPerResource) }, (_, index) =>
    scaleResource(index),
  );
  for (const [index, resource] of resources.entries()) {
    const { many } = resource;
    workspace.write(`libs/validation/src/${many}.ts`, validationFile(resource));
    workspace.write(`libs/data-access/src/${many}.ts`, dataAccessFile(resource));
    const unit = { name: `@shop/${many}`, private: true, type: 'module', unit: {} };
    workspace.write(`functions/${many}/package.json`, json(unit));
    const count = Math.min(endpointsPerResource, endpointCount - index * endpointsPerResource);
    for (const { root, files } of scaleEndpoints(resource, count)) {
      for (const [file, text] of Object.entries(files)) workspace.write(`${root}/${file}`, text);
    }
  }
  const micro = resources.map(({ many }) => many);
  const exports = ['ids', ...micro].map((file) => `export * from './${file}.ts';\n`);
  workspace.write('libs/validation/src/ids.ts', idsFile);
  workspace.write('libs/validation/src/index.ts', exports.join(''));
  workspace.write('libs/data-access/migrations/2000000000000_scale.sql', migrationFile(resources));
  const topologies = { nano: [], micro, mono: ['app'] };
  workspace.write('functions/topology.json', json({ active: 'nano', topologies }));
}

function json(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

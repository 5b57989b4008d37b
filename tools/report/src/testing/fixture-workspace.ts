import { fileURLToPath } from 'node:url';
import { contractSource, handlerSource } from '@nanoservices/model/testing';
import { WorkspaceCopy } from '../workspace-copy.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** A workspace without an endpoint, in a temporary folder: the libs of the framework, and the packages that are installed. */
export function fixtureWorkspace(): WorkspaceCopy {
  const workspace = new WorkspaceCopy(repository, ['libs/endpoint', 'libs/postgres', 'tsconfig.base.json']);
  writeManifest(workspace, '.', { name: 'shop' });
  workspace.write('functions/tsconfig.json', JSON.stringify({ extends: '../tsconfig.base.json' }));
  return workspace;
}

/**
 * Writes an endpoint without validation into the resource `test`.
 *
 * @param route - `GET /things`
 * @param body - the body of its handler, a function of `event` and `context`
 * @param top - lines above the handler
 */
export function writeEndpoint(
  workspace: WorkspaceCopy,
  name: string,
  route: string,
  body: string,
  top = '',
): void {
  const root = `functions/test/${name}`;
  writeManifest(workspace, root, { name: `@shop/${name}`, dependencies: { '@nanoservices/endpoint': '*' } });
  workspace.write(`${root}/src/contract.ts`, contractSource(name, route));
  writeHandler(workspace, name, body, top);
}

/** Writes the handler of an endpoint of {@link writeEndpoint} again. */
export function writeHandler(workspace: WorkspaceCopy, name: string, body: string, top = ''): void {
  workspace.write(`functions/test/${name}/src/handler.ts`, handlerSource(body, top));
}

export function writeManifest(workspace: WorkspaceCopy, root: string, manifest: object): void {
  workspace.write(`${root}/package.json`, JSON.stringify({ type: 'module', ...manifest }));
}

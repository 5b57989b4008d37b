import type { Workspace } from '@nanoservices/model';
import type { Tree } from '@nx/devkit';
import { scopeOf } from '../names.ts';
import type { SharedLib } from './serverless/place-modules.ts';

/**
 * Chooses a new folder of libs, whose package has no name that is taken.
 *
 * @param name - wanted name, in kebab-case
 * @param planned - endpoints that are about to be written
 */
export function freeLib(
  tree: Tree,
  workspace: Workspace,
  name: string,
  planned: readonly { readonly name: string }[],
): SharedLib {
  const { libs } = workspace.folders;
  const taken = new Set([...planned, ...workspace.endpoints, ...workspace.units].map((one) => one.name));
  const isFree = (one: string) => !taken.has(one) && !tree.exists(`${libs}/${one}`);
  const candidates = [name, `${name}-shared`];
  for (let count = 2; !candidates.some(isFree); count++) candidates.push(`${name}-${count}`);
  const free = candidates.find(isFree) as string;
  return { root: `${libs}/${free}`, packageName: scopeOf(workspace) + free };
}

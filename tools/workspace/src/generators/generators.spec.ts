import { fileURLToPath } from 'node:url';
import { FsTree } from 'nx/src/generators/tree.js';
import { describe, expect, it } from 'vitest';
import endpointGenerator from './endpoint.ts';
import removeEndpointGenerator from './remove-endpoint.ts';

// On this workspace as it is; nothing is written. That what is generated passes all checks is part of `.ci/run`.
const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));

function changes(tree: FsTree): string[] {
  return tree.listChanges().map(({ type, path }) => `${type} ${path}`);
}

describe('nx g endpoint', () => {
  it('writes a package, a contract, a handler and a spec, in the folder of its resource', async () => {
    const tree = new FsTree(workspaceRoot, false);
    await endpointGenerator(tree, { name: 'get-score', route: 'GET /games/{gameId}/scores/{scoreId}' });
    expect(changes(tree)).toEqual([
      'CREATE functions/games/get-score/package.json',
      'CREATE functions/games/get-score/src/contract.ts',
      'CREATE functions/games/get-score/src/handler.ts',
      'CREATE functions/games/get-score/src/handler.spec.ts',
    ]);
    const contract = tree.read('functions/games/get-score/src/contract.ts', 'utf8');
    expect(contract).toContain('params: z.strictObject({ gameId: GameId, scoreId: z.string() })');
  });

  it.each([
    [{ name: 'GetScore', route: 'GET /scores' }, /"GetScore" is no name for an endpoint: it is kebab-case/],
    [
      { name: 'get-user', route: 'GET /scores' },
      /There is a "get-user" already, in functions\/users\/get-user/,
    ],
    [{ name: 'app', route: 'GET /scores' }, /There is a "app" already/],
    [{ name: 'get-score', route: '/scores' }, /--route "\/scores" is no route: it is a method and a path/],
    [{ name: 'get-score', route: 'GET scores' }, /is no route/],
    [{ name: 'get-score', route: 'GET /a/{x}/{x}' }, /has the parameter \{x\} twice/],
    [{ name: 'get-score', route: 'GET /users/{id}' }, /is that of get-user: GET \/users\/\{userId\}/],
    [{ name: 'get-score', route: 'GET /{id}' }, /--resource: "\{id\}" is no folder name/],
  ])('refuses %j, and writes nothing', async (options, message) => {
    const tree = new FsTree(workspaceRoot, false);
    await expect(endpointGenerator(tree, options)).rejects.toThrow(message);
    expect(changes(tree)).toEqual([]);
  });
});

describe('nx g remove-endpoint', () => {
  it('removes the folder', async () => {
    const tree = new FsTree(workspaceRoot, false);
    await removeEndpointGenerator(tree, { name: 'get-game' });
    expect(changes(tree)).toEqual(['DELETE functions/games/get-game']);
  });

  it.each([
    ['nothing', /There is no endpoint "nothing"\. There are: create-game/],
    ['list-user-games', /list-user-games is called by get-user: remove the call/],
  ])('refuses %s, and removes nothing', async (name, message) => {
    const tree = new FsTree(workspaceRoot, false);
    await expect(removeEndpointGenerator(tree, { name })).rejects.toThrow(message);
    expect(changes(tree)).toEqual([]);
  });
});

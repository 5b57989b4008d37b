import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packFunctions, readPacking, readTopologyFile } from './topology.ts';

let root: string;
const write = (path: string, content: unknown = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'topology-'));
  for (const path of ['users/get-user', 'users/list-users', 'games/get-game', 'games/join-game']) {
    write(`functions/${path}/src/handler.ts`);
    write(`functions/${path}/package.json`, { name: path });
  }
  write('functions/package.json', { unit: {} });
  write('functions/users/package.json', { unit: {} });
  write('functions/games/package.json', { unit: {} });
  write('functions/reading/package.json', { unit: { include: ['users/*', 'games/get-*'] } });
  write('functions/topology.json', {
    active: 'nano',
    topologies: { nano: [], micro: ['users', 'games'], mono: ['app'], hybrid: ['games'], reads: ['reading'] },
  });
});

afterEach(() => {
  rmSync(root, { recursive: true });
  vi.unstubAllEnvs();
});

const pack = (name?: string) =>
  Object.fromEntries(
    packFunctions(readPacking(root), readTopologyFile(root), name).map((one) => [
      one.name,
      one.endpoints.map((endpoint) => endpoint.name),
    ]),
  );

describe('a topology', () => {
  it.each([
    [
      undefined,
      {
        'get-game': ['get-game'],
        'get-user': ['get-user'],
        'join-game': ['join-game'],
        'list-users': ['list-users'],
      },
    ],
    ['micro', { users: ['get-user', 'list-users'], games: ['get-game', 'join-game'] }],
    ['mono', { app: ['get-game', 'get-user', 'join-game', 'list-users'] }],
    ['hybrid', { games: ['get-game', 'join-game'], 'get-user': ['get-user'], 'list-users': ['list-users'] }],
    ['reads', { reading: ['get-game', 'get-user', 'list-users'], 'join-game': ['join-game'] }],
  ])('%s packs every endpoint once', (name, functions) => {
    expect(pack(name)).toEqual(functions);
  });

  it('is that of NANO_TOPOLOGY where nobody asks for another', () => {
    vi.stubEnv('NANO_TOPOLOGY', 'mono');
    expect(Object.keys(pack())).toEqual(['app']);
    expect(Object.keys(pack('micro'))).toEqual(['users', 'games']);
  });

  it('has every endpoint as a function where there is no file', () => {
    rmSync(join(root, 'functions/topology.json'));
    expect(Object.keys(pack())).toHaveLength(4);
  });
});

describe('a mistake is told with file, key and choices:', () => {
  const topologies = (content: object) => write('functions/topology.json', content);

  it.each([
    [
      'an unknown topology',
      () => {},
      'tiny',
      /there is no topology "tiny"\. There are: nano, micro, mono, hybrid, reads\.$/,
    ],
    [
      'an unknown active one',
      () => topologies({ active: 'x', topologies: { nano: [] } }),
      undefined,
      /no topology "x", which is "active"\. There are: nano\.$/,
    ],
    [
      'an unknown unit',
      () => topologies({ topologies: { nano: [], a: ['gams'] } }),
      'a',
      /topology "a" names unit "gams", which no folder declares\. Declared: app, games, reading, users\.$/,
    ],
    [
      'an overlap',
      () => topologies({ topologies: { nano: [], a: ['users', 'app'] } }),
      'a',
      /topology "a": the units "users" and "app" overlap: both contain get-user\.$/,
    ],
    [
      'a unit without endpoints',
      () => write('functions/none/package.json', { unit: {} }),
      undefined,
      /^functions\/none\/package\.json: the unit has no endpoint: there is none below it\.$/,
    ],
    [
      'globs that match none',
      () => write('functions/none/package.json', { unit: { include: ['shop/*'] } }),
      undefined,
      /no endpoint: "include" matches none \(shop\/\*\)\.$/,
    ],
    [
      'an unknown key',
      () => topologies({ actve: 'nano' }),
      undefined,
      /^functions\/topology\.json is invalid: .*actve/,
    ],
    [
      'no JSON',
      () => write('functions/topology.json', '{'),
      undefined,
      /^functions\/topology\.json is not JSON: /,
    ],
    [
      'a name taken twice',
      () => write('functions/games/users/src/handler.ts'),
      undefined,
      /are both called "users": rename one folder\.$/,
    ],
  ])('%s', (_, arrange, name, message) => {
    arrange();
    expect(() => pack(name)).toThrow(message);
  });
});

import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackages } from '@nanoservices/release';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulatorVariables, startEmulator } from '../../testbed/aws/emulator.ts';
import { LocalRegistry } from '../../testbed/local-registry.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { CreatedWorkspace, personsEnvironment } from './created-workspace.ts';

// From an empty folder to a deployment, with packages from a registry: nothing of this repository but what it publishes.
const run = promisify(execFile);
let registry: LocalRegistry;
let above: string;

beforeAll(async () => {
  registry = await LocalRegistry.start();
  const packages = buildPackages(repositoryRoot, join(repositoryRoot, 'tmp/published'), { version: '1.0.0' });
  registry.publish(packages.values());
  above = join(realpathSync(mkdtempSync(join(tmpdir(), 'own-'))), 'b c d');
  mkdirSync(above);
  // Started by root, the embedded database runs as another user, who must get there.
  chmodSync(join(above, '..'), 0o755);
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(join(above, '..'), { recursive: true, force: true, maxRetries: 10 });
});

const environment = () => ({ ...registry.environment });
const create = (...args: string[]) =>
  run('npm', ['create', '--yes', 'nanoservices@latest', ...args], {
    cwd: above,
    env: personsEnvironment(environment()),
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: `${stdout}${stderr}` }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  );

describe('npm create nanoservices', () => {
  it.each([
    [['full', '--', '--yes'], 'full is not empty: it has mine.txt'],
    [['My Shop', '--', '--yes'], 'Take another name, as my-shop.'],
    [['shop', '--', '--template', 'big'], '--template big: there is minimal and arcade.'],
    [['shop', '--', '--scope', 'shop'], '--scope shop: a scope is @ and lower-case letters'],
    [['shop', '--', '--bogus'], '--bogus'],
    [['--', '--yes'], 'Name the folder of the workspace.'],
  ])('%j: says what is wrong, and leaves nothing', async (args, message) => {
    mkdirSync(join(above, 'full'), { recursive: true });
    writeFileSync(join(above, 'full/mine.txt'), 'mine');
    const { code, output } = await create(...args);
    expect(output).toContain(message);
    expect(code).not.toBe(0);
    expect(readdirSync(above)).toEqual(['full']);
    expect(readdirSync(join(above, 'full'))).toEqual(['mine.txt']);
  });

  it('leaves nothing when packages cannot be installed', async () => {
    const nowhere = { ...environment(), npm_config_registry: registry.url };
    const child = run('npm', ['create', '--yes', 'nanoservices@latest', 'shop', '--', '--yes'], {
      cwd: above,
      env: personsEnvironment({ ...nowhere, npm_config_offline: '' }),
      timeout: 1,
    });
    await expect(child).rejects.toThrow();
    expect(readdirSync(above)).toEqual(['full']);
  });
});

describe('a minimal workspace', () => {
  let shop: CreatedWorkspace;

  beforeAll(async () => {
    const { code, output } = await create('shop', '--', '--scope', '@acme', '--yes');
    expect(code, output).toBe(0);
    expect(output).toContain('Run it: cd shop && npm start');
    shop = new CreatedWorkspace(join(above, 'shop'), environment());
  });

  it('has at most 25 files, all of them in its first commit', async () => {
    const files = (await shop.run('git', 'ls-files')).trim().split('\n');
    expect(files.length).toBeLessThanOrEqual(25);
    expect(files).toEqual(
      expect.arrayContaining(['package-lock.json', '.gitignore', '.github/workflows/ci.yml']),
    );
    expect(await shop.run('git', 'status', '--porcelain')).toBe('');
    expect(await shop.run('git', 'log', '--format=%s')).toBe('chore: create the workspace\n');
  });

  it('passes its tests untouched', async () => {
    await shop.run('npm', 'test');
    expect(await shop.run('git', 'status', '--porcelain')).toBe('');
  });

  it('takes two more endpoints', async () => {
    await shop.run(
      'npx',
      'nx',
      'g',
      'endpoint',
      'list-things',
      '--route',
      'GET /things',
      '--access',
      'public',
    );
    await shop.run(
      'npx',
      'nx',
      'g',
      'endpoint',
      'get-thing',
      '--route',
      'GET /things/{thingId}',
      '--access',
      'public',
    );
    await shop.run('npm', 'test');
  });

  it.each(['nano', 'mono'])('answers in the topology %s', async (topology) => {
    await shop.started(['--topology', topology], async (url) => {
      const texts = ['/greetings/Ada', '/things'].map(async (path) => (await fetch(`${url}${path}`)).json());
      expect(await Promise.all(texts)).toEqual([{ message: 'Hello Ada' }, { message: 'list-things' }]);
    });
  });

  it('invokes one endpoint', async () => {
    const output = await shop.run('npx', 'nx', 'run', 'get-greeting:invoke', '--path', '/greetings/Bob');
    expect(output).toContain('Hello Bob');
  });

  it('deploys what changed, to an emulated AWS', async () => {
    const emulator = await startEmulator();
    try {
      const stage = new CreatedWorkspace(shop.root, { ...environment(), ...emulatorVariables(emulator.url) });
      await stage.run('git', 'add', '--all');
      await stage.run('git', 'commit', '-m', 'feat: things');
      expect(await stage.run('npx', 'nanos', 'deploy', '--stage', 'dev')).toMatch(/get-greeting.*version 1/);
      expect(await stage.run('npx', 'nanos', 'deploy', '--stage', 'dev')).not.toMatch(/version 2/);
    } finally {
      emulator.close();
    }
  });
});

describe('a minimal workspace in a folder whose name has # and %', () => {
  it('answers, and runs one endpoint: all but Vitest, which takes neither', async () => {
    const odd = join(above, 'a#b%20c d');
    renameSync(join(above, 'shop'), odd);
    const shop = new CreatedWorkspace(odd, environment());
    await shop.started([], async (url) => {
      expect(await (await fetch(`${url}/greetings/Ada`)).json()).toEqual({ message: 'Hello Ada' });
    });
    const output = await shop.run('npx', 'nx', 'run', 'get-greeting:invoke', '--path', '/greetings/Bob');
    expect(output).toContain('Hello Bob');
  });
});

describe('the arcade', () => {
  it('passes its tests untouched, and answers from its database', async () => {
    const { code, output } = await create('arcade', '--', '--template', 'arcade', '--yes', '--no-git');
    expect(code, output).toBe(0);
    const arcade = new CreatedWorkspace(join(above, 'arcade'), environment());
    expect(existsSync(join(arcade.root, '.git'))).toBe(false);
    await arcade.run('npm', 'test');
    await arcade.started([], async (url) => {
      const response = await fetch(`${url}/games`);
      expect(response.status).toBe(200);
    });
  });
});

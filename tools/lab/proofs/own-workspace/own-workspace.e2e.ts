import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { toolVersions } from 'create-nanoservices/versions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, emulatorVariables, startEmulator } from '../../testbed/aws/emulator.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { CreatedWorkspace, identity, personsEnvironment } from './created-workspace.ts';
import { edit, nextRelease, stageFormatModule } from './next-release.ts';
import type { Person } from './person.ts';
import { type PublishedPackages, publishPackages } from './published-packages.ts';

// From an empty folder to a deployment, with packages from a registry: nothing of this repository but what it publishes.
const run = promisify(execFile);
let published: PublishedPackages;
let person: Person;
let above: string;

beforeAll(async () => {
  published = await publishPackages('own-workspace');
  person = published.person;
  above = person.folder(join(published.root, 'b c d'));
});
afterAll(() => published[Symbol.asyncDispose]());

type Environment = Readonly<Record<string, string>>;
const createIn = (cwd: string, environment: Environment, ...args: string[]) =>
  run('npm', ['create', '--yes', 'nanoservices@latest', ...args], {
    cwd,
    env: personsEnvironment(environment),
    ...identity,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: `${stdout}${stderr}` }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  );
const create = (...args: string[]) => createIn(above, person.environment, ...args);

describe('npm create nanoservices', () => {
  it.each([
    [['full', '--', '--yes'], 'full is not empty: it has mine.txt'],
    [['My Shop', '--', '--yes'], 'Take another name, as my-shop.'],
    [['shop', '--', '--template', 'big'], '--template big: there is minimal and arcade.'],
    [['shop', '--', '--scope', 'shop'], '--scope shop: a scope is @ and lower-case letters'],
    [['shop', '--', '--bogus'], '--bogus'],
    [['--', '--yes'], 'Name the folder of the workspace.'],
  ])('%j: says what is wrong, and leaves nothing', async (args, message) => {
    person.folder(join(above, 'full'));
    writeFileSync(join(above, 'full/mine.txt'), 'mine');
    const { code, output } = await create(...args);
    expect(output).toContain(message);
    expect(code).not.toBe(0);
    expect(readdirSync(above)).toEqual(['full']);
    expect(readdirSync(join(above, 'full'))).toEqual(['mine.txt']);
  });

  it('leaves nothing when packages cannot be installed', async () => {
    const child = run('npm', ['create', '--yes', 'nanoservices@latest', 'shop', '--', '--yes'], {
      cwd: above,
      env: personsEnvironment({ ...person.environment, npm_config_offline: '' }),
      ...identity,
      timeout: 1,
    });
    await expect(child).rejects.toThrow();
    expect(readdirSync(above)).toEqual(['full']);
  });
});

describe('the arcade', () => {
  it('passes its tests untouched, and answers from its database in every topology', async () => {
    const { code, output } = await create('arcade', '--', '--template', 'arcade', '--yes', '--no-git');
    expect(code, output).toBe(0);
    const arcade = new CreatedWorkspace(join(above, 'arcade'), person.environment);
    expect(existsSync(join(arcade.root, '.git'))).toBe(false);
    await arcade.run('npm', 'test');
    const { topologies } = JSON.parse(readFileSync(join(arcade.root, 'functions/topology.json'), 'utf8'));
    for (const topology of Object.keys(topologies)) {
      await arcade.started(['--topology', topology], async (url) => {
        const response = await fetch(`${url}/games`);
        expect(response.status, topology).toBe(200);
      });
    }
  });
});

describe.each([
  [22, 'without Git'],
  [24, 'with Git'],
])('a minimal workspace, on Node %i %s', (version, git) => {
  it('is created and answers in a folder whose name has blanks, # and %, and passes its tests in another', async () => {
    const computer = person.withNode(version);
    const environment = git === 'without Git' ? person.withoutGit(computer) : computer;
    // Vitest takes neither # nor % in a path.
    const odd = person.folder(join(above, `a#b %20c ${version}`));
    const { code, output } = await createIn(odd, environment, 'shop', '--', '--yes');
    expect(code, output).toBe(0);
    expect(existsSync(join(odd, 'shop/.git'))).toBe(git === 'with Git');
    const inOdd = new CreatedWorkspace(join(odd, 'shop'), environment);
    expect(await inOdd.run('node', '--version')).toMatch(new RegExp(`^v${version}\\.`));
    await inOdd.started([], async (url) => {
      expect(await (await fetch(`${url}/greetings/Ada`)).json()).toEqual({ message: 'Hello Ada' });
    });
    const invoked = await inOdd.run('npx', 'nx', 'run', 'get-greeting:invoke', '--path', '/greetings/Bob');
    expect(invoked).toContain('Hello Bob');
    await inOdd.run('npx', 'nx', 'run-many', '-t', 'lint', 'typecheck', 'build', 'size', 'package');
    const plain = join(above, `on ${version}`);
    renameSync(inOdd.root, plain);
    await new CreatedWorkspace(plain, environment).run('npm', 'test');
  });
});

describe('a minimal workspace, on Node 20', () => {
  let environment: Environment;
  let shop: CreatedWorkspace;

  beforeAll(async () => {
    environment = person.withNode(20);
    const { code, output } = await createIn(above, environment, 'shop', '--', '--scope', '@acme', '--yes');
    expect(code, output).toBe(0);
    expect(output).toContain('Run it: cd shop && npm start');
    shop = new CreatedWorkspace(join(above, 'shop'), environment);
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
    const generate = ['nx', 'g', 'endpoint'];
    await shop.run('npx', ...generate, 'list-things', '--route', 'GET /things', '--access', 'public');
    await shop.run('npx', ...generate, 'get-thing', '--route', 'GET /things/{thingId}', '--access', 'public');
    await shop.run('npm', 'test');
  });

  it('takes the endpoints of a serverless.yml, with their handlers as they were', async () => {
    const old = person.folder(join(above, 'old'));
    const functions = { ping: { handler: 'ping.handler', events: [{ httpApi: 'GET /ping' }] } };
    // YAML contains JSON.
    const service = { service: 'old', provider: { name: 'aws', runtime: 'nodejs20.x' }, functions };
    writeFileSync(join(old, 'serverless.yml'), JSON.stringify(service));
    writeFileSync(
      join(old, 'ping.js'),
      `exports.handler = async () => ({ statusCode: 200, body: '"pong"' });\n`,
    );
    const output = await shop.run('npx', 'nx', 'g', 'import', '--from', '../old/serverless.yml');
    expect(output).toContain('1 of 1 taken over');
    await shop.run('npm', 'test');
  });

  it.each(['nano', 'mono'])('answers in the topology %s', async (topology) => {
    await shop.started(['--topology', topology], async (url) => {
      const paths = ['/greetings/Ada', '/things', '/ping'];
      const texts = paths.map(async (path) => (await fetch(`${url}${path}`)).json());
      expect(await Promise.all(texts)).toEqual([
        { message: 'Hello Ada' },
        { message: 'list-things' },
        'pong',
      ]);
    });
  });

  it('invokes one endpoint', async () => {
    const output = await shop.run('npx', 'nx', 'run', 'get-greeting:invoke', '--path', '/greetings/Bob');
    expect(output).toContain('Hello Bob');
  });

  describe('on an emulated AWS', () => {
    let emulator: Emulator;
    let stage: CreatedWorkspace;
    const deploy = () => stage.run('npx', 'nanos', 'deploy', '--stage', 'dev');

    beforeAll(async () => {
      emulator = await startEmulator();
      // A local registry has no attestations, and a proof does not depend on an Nx that is released tomorrow.
      const migrating = { NX_SKIP_PROVENANCE_CHECK: 'true', NX_MIGRATE_CLI_VERSION: toolVersions.nx };
      stage = new CreatedWorkspace(shop.root, {
        ...environment,
        ...migrating,
        ...emulatorVariables(emulator.url),
      });
      await stage.run('git', 'add', '--all');
      await stage.run('git', 'commit', '-m', 'feat: things');
    });
    afterAll(() => emulator?.close());

    it('is packaged, and deployed where it changed', async () => {
      await stage.run('npx', 'nx', 'run', 'get-greeting:package');
      expect(existsSync(join(shop.root, 'functions/greetings/get-greeting/artifact/function.zip'))).toBe(
        true,
      );
      expect(await deploy()).toMatch(/get-greeting.*version 1/);
      expect(await deploy()).not.toMatch(/version 2/);
    });

    it('runs a plain handler as it was', async () => {
      const { stages, application } = JSON.parse(
        readFileSync(join(shop.root, 'functions/stages.json'), 'utf8'),
      );
      const credentials = { accessKeyId: 'emulated', secretAccessKey: 'emulated' };
      const lambda = new LambdaClient({ region: stages.dev.region, endpoint: emulator.url, credentials });
      const event = { version: '2.0', routeKey: 'GET /ping', rawPath: '/ping', headers: {} };
      const { Payload = [] } = await lambda.send(
        new InvokeCommand({
          FunctionName: `${application}-dev-ping`,
          Qualifier: 'live',
          Payload: JSON.stringify(event),
        }),
      );
      expect(JSON.parse(Buffer.from(Payload).toString())).toMatchObject({ statusCode: 200, body: '"pong"' });
    });

    describe('after a release that renames a key, and leaves another format on AWS', () => {
      const [migrate = '', install = '', runMigrations = '', check = ''] = commandsOf(
        readFileSync(join(repositoryRoot, 'tools/nx/docs/upgrade.md'), 'utf8'),
      );
      const shell = (command: string) => stage.run('sh', '-c', command);
      const read = (file: string) => readFileSync(join(shop.root, file), 'utf8');
      let topologies: string;

      beforeAll(async () => {
        const { registry, packages } = published;
        registry.publish(nextRelease(packages, join(repositoryRoot, 'tmp/next')).values());
        topologies = await stage.run('npx', 'nanos', 'topology');
      });

      it('writes the new versions, by name and as the latest', async () => {
        const before = JSON.parse(read('package.json')).devDependencies;
        const own = { '@nanoservices/endpoint': '1.1.0', '@nanoservices/nx': '1.1.0' };
        await shell(`${migrate}@1.1.0`);
        expect(JSON.parse(read('package.json')).devDependencies).toEqual({ ...before, ...own });
        await stage.run('git', 'checkout', 'package.json');
        rmSync(join(shop.root, 'migrations.json'));
        await shell(migrate);
        expect(JSON.parse(read('package.json')).devDependencies).toEqual({ ...before, ...own });
      });

      it('refuses the old key until the migration has run, and names the way out', async () => {
        await shell(install);
        await expect(stage.run('npx', 'nanos', 'topology')).rejects.toThrow(
          /functions\/topology\.json is invalid: unknown key "active", known are selected, .* npx nx migrate <plugin> --from=<plugin>@/,
        );
        rmSync(join(shop.root, 'migrations.json'));
        await shell(`${migrate} --from=@nanoservices/nx@1.0.0`);
        expect(read('migrations.json')).toContain('rename-active');
      });

      it('has all packages in the new version, the key renamed in its place, and the same topologies', async () => {
        await shell(runMigrations);
        const { $schema: _, ...topology } = JSON.parse(read('functions/topology.json'));
        expect(Object.keys(topology)).toEqual(['selected', 'topologies', 'isolation']);
        expect(await stage.run('npx', 'nanos', 'topology')).toBe(topologies);
        const { packages: installed } = JSON.parse(read('package-lock.json'));
        const own = Object.keys(installed).filter((path) => path.includes('node_modules/@nanoservices/'));
        expect(own.length).toBeGreaterThan(5);
        expect(own.map((path) => `${path} ${installed[path].version}`)).toEqual(
          own.map((path) => `${path} 1.1.0`),
        );
        await shell(check);
      });

      it('reads the stage of the version before, and deploys no function again', async () => {
        const output = await deploy();
        expect(output).toMatch(/platform: the first deployment by a newer version/);
        expect(output).toMatch(/get-greeting: unchanged, version 1/);
      });

      it('leaves a stage that the version before refuses', async () => {
        const module = join(shop.root, 'node_modules/@nanoservices/deploy', stageFormatModule);
        edit(module, [['stageFormat = 2', 'stageFormat = 1']]);
        await expect(deploy()).rejects.toThrow(
          'The stage dev comes from a newer version of @nanoservices/deploy: its format is 2, and this version reads 1.',
        );
        edit(module, [['stageFormat = 1', 'stageFormat = 2']]);
      });
    });
  });
});

/** The commands of a page's first block, without comments. */
function commandsOf(page: string): string[] {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, ''));
}

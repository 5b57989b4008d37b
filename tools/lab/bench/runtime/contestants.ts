import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Isolation } from '@nanoservices/model';
import { freePort } from '../../testbed/free-port.ts';
import { StartedProcess } from '../../testbed/started-process.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';

/** The handler of every function, in every contestant. */
const handlerBody = `if (event.rawQueryString === 'crash') process.exit(1);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ path: event.rawPath, pid: process.pid }) };`;

/** A local API of N functions, each with a route `GET /f<n>`. */
export interface Contestant {
  readonly name: string;
  start(functions: number): Promise<Running>;
}

export interface Running {
  readonly url: string;
  /** The root of its process tree. */
  readonly pid: number;
  stop(): Promise<void>;
}

const names = (functions: number) => Array.from({ length: functions }, (_, index) => `f${index}`);

function ours(isolation: Isolation): Contestant {
  return {
    name: `npm start, ${isolation}`,
    start: async (functions) => {
      const workspace = new WorkspaceFixture().withoutEndpoints();
      for (const name of names(functions)) workspace.endpoint(name, `GET /${name}`, handlerBody);
      const started = await new StartedProcess(workspace.root, ['--isolation', isolation]).ready();
      return {
        url: started.url,
        pid: started.child.pid as number,
        stop: async () => {
          await started.interrupt();
          await workspace.delete();
        },
      };
    },
  };
}

const serverlessOffline: Contestant = {
  name: 'serverless-offline',
  start: async (functions) => {
    const workspace = new WorkspaceFixture().withoutEndpoints();
    const [httpPort, lambdaPort] = [await freePort(), await freePort()];
    workspace.write('package.json', '{"name":"bench","type":"module"}');
    workspace.write('handler.mjs', `export const handler = async (event) => { ${handlerBody} };`);
    workspace.write(
      'serverless.yml',
      [
        'service: bench',
        'frameworkVersion: "*"',
        'plugins: [serverless-offline]',
        'provider: { name: aws, runtime: nodejs22.x, region: us-east-1 }',
        `custom: { serverless-offline: { httpPort: ${httpPort}, lambdaPort: ${lambdaPort}, reloadHandler: false } }`,
        'functions:',
        ...names(functions).map(
          (name) => `  ${name}: { handler: handler.handler, events: [{ httpApi: 'GET /${name}' }] }`,
        ),
      ].join('\n'),
    );
    const cli = join(workspace.root, 'node_modules/serverless/bin/serverless.js');
    const child = spawn(process.execPath, [cli, 'offline', 'start'], {
      cwd: workspace.root,
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
        SLS_TELEMETRY_DISABLED: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = `http://127.0.0.1:${httpPort}`.replace('127.0.0.1', 'localhost');
    return running(child, url, () => workspace.delete());
  },
};

/** The upper bound: Node's HTTP server with nothing behind it. */
const bareServer: Contestant = {
  name: 'bare node:http',
  start: async () => {
    const port = await freePort();
    const program = `require('node:http').createServer((request, response) => {
        const body = JSON.stringify({ path: request.url, pid: process.pid });
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      }).listen(${port}, '127.0.0.1')`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
    return running(child, `http://127.0.0.1:${port}`);
  },
};

export const contestants: readonly Contestant[] = [
  bareServer,
  ours('thread'),
  ours('process'),
  serverlessOffline,
];

async function running(
  child: ChildProcess,
  url: string,
  cleanUp: () => Promise<void> = async () => {},
): Promise<Running> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (output = `${output}${chunk}`.slice(-4000)));
  const stop = async () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(timer);
    await cleanUp();
  };
  for (let attempt = 0; attempt < 1200; attempt++) {
    // Any response will do; the functions' own routes stay cold.
    if (await fetch(`${url}/none`).catch(() => undefined)) return { url, pid: child.pid as number, stop };
    if (child.exitCode !== null) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  await stop();
  throw new Error(`A contestant did not start:\n${output}`);
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { environmentStarter, type StartEnvironment } from '../environment/start-environment.ts';
import { FunctionPool, type PoolOptions, TooManyRequests } from './function-pool.ts';

let folder: string;
let startEnvironment: StartEnvironment;
const pools: FunctionPool[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  startEnvironment = await environmentStarter();
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function configure(source: string): FunctionConfiguration {
  const bundle = join(folder, `${++count}.mjs`);
  writeFileSync(bundle, source);
  return { functionName: 'fn', bundle, memorySize: 128, timeout: 5, environment: {}, logFormat: 'Text' };
}

const handler = (body: string) => `export const handler = async (event) => { ${body} };`;
const wait = (ms: number) => `await new Promise((done) => setTimeout(done, ${ms}));`;

function pool(source: string, options: Partial<PoolOptions> = {}) {
  const started: Environment[] = [];
  const made = new FunctionPool(configure(source), {
    start: (configuration) => {
      const environment = startEnvironment(configuration, 'process', { log: () => {} });
      started.push(environment);
      return environment;
    },
    concurrency: 10,
    idleTimeoutMs: 60_000,
    startsAtOnce: 4,
    ...options,
  });
  pools.push(made);
  let id = 0;
  const invoke = async (event: unknown = {}) => {
    const { payload, error } = await made.invoke({ requestId: `r-${++id}`, event: JSON.stringify(event) });
    return error ?? JSON.parse(payload);
  };
  return { pool: made, invoke, started };
}

const withId = (body: string) => `const id = process.pid; ${handler(`${body} return id;`)}`;

describe('a pool', () => {
  it('starts nothing before it is asked', async () => {
    const { pool: idle, started } = pool(handler(''));
    expect(started).toHaveLength(0);
    await idle.drain();
  });

  it('uses one environment again and again', async () => {
    const { invoke, started } = pool(withId(''));
    const ids = [await invoke(), await invoke(), await invoke()];
    expect(new Set(ids).size).toBe(1);
    expect(started).toHaveLength(1);
  });

  it('runs one invocation per environment at a time, and scales out', async () => {
    const { invoke } = pool(withId(wait(400)));
    const ids = await Promise.all([invoke(), invoke(), invoke()]);
    expect(new Set(ids).size).toBe(3);
  });

  it('lets whoever is free first take the next invocation', async () => {
    const { invoke, started } = pool(withId(wait(20)), { startsAtOnce: 1 });
    await invoke();
    await Promise.all(Array.from({ length: 6 }, () => invoke()));
    // Six new ones would have taken longer to start than one took to serve.
    expect(started.length).toBeLessThan(6);
  });

  it('refuses what is more than it may run at once', async () => {
    const { invoke } = pool(withId(wait(200)), { concurrency: 2 });
    const answers = await Promise.allSettled([invoke(), invoke(), invoke()]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((answers[2] as PromiseRejectedResult).reason).toBeInstanceOf(TooManyRequests);
    await expect(invoke()).resolves.toEqual(expect.any(Number));
  });

  it('replaces an environment that failed, and only that', async () => {
    const { invoke } = pool(withId(`if (event.die) process.exit(1); ${wait(100)}`));
    const [first, second] = await Promise.all([invoke(), invoke()]);
    expect(await invoke({ die: true })).toMatchObject({ errorType: 'Runtime.ExitError' });
    const ids = await Promise.all([invoke(), invoke()]);
    expect(ids.filter((id) => id === first || id === second)).toHaveLength(1);
  });

  it('notices when an idle environment was killed', async () => {
    const { invoke, started } = pool(withId(''));
    const first = await invoke();
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(started[0]?.stopped).toBe(true));
    expect(await invoke()).not.toBe(first);
  });

  it('tells each caller why the init phase failed', async () => {
    const { invoke } = pool(`throw new Error('no')`);
    const answers = await Promise.all([invoke(), invoke()]);
    expect(answers).toMatchObject([{ errorMessage: 'no' }, { errorMessage: 'no' }]);
  });

  it('stops what has been idle for long enough', async () => {
    const { pool: reaped, invoke } = pool(withId(wait(50)), { idleTimeoutMs: 150 });
    await Promise.all([invoke(), invoke()]);
    expect(reaped.size).toBe(2);
    await vi.waitFor(() => expect(reaped.size).toBe(0), 3000);
    expect(await invoke()).toEqual(expect.any(Number));
  });

  it('goes on with new code without losing an invocation', async () => {
    const { pool: replaced, invoke, started } = pool(handler(`${wait(200)} return 'old'`));
    await invoke();
    const running = invoke();
    await sleep(20);
    const late = Promise.all([invoke(), invoke()]);
    replaced.replace(configure(handler(`return 'new'`)));
    expect(await running).toBe('old');
    expect(await invoke()).toBe('new');
    expect(await late).toEqual(['new', 'new']);
    await vi.waitFor(() => expect(started.filter(({ stopped }) => !stopped).length).toBe(replaced.size));
  });

  it('ends whatever runs when it is stopped, and refuses what waits', async () => {
    const { pool: stopped, invoke } = pool(handler('while (true) {}'), { startsAtOnce: 1 });
    await stopped.drain();
    const running = invoke();
    await sleep(300);
    const waiting = invoke();
    const refused = expect(waiting).rejects.toThrow('was stopped');
    await stopped.stop();
    expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
    await refused;
    expect(stopped.size).toBe(0);
  });
});

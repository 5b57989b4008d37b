import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import type { LogEntry } from '../environment/log-entry.ts';
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
  return {
    functionName: 'fn',
    bundle,
    isolation: 'process',
    memorySize: 128,
    timeout: 60,
    environment: {},
    logFormat: 'Text',
  };
}

/** Milliseconds after which something hangs. */
const eventually = 120_000;
const handler = (body: string) => `export const handler = async (event) => { ${body} };`;
/** Code that waits until a file is there. */
const until = (file: string) =>
  `while (!(await import('node:fs')).existsSync(${file})) await new Promise((done) => setTimeout(done, 5));`;

let gates = 0;
/** A gate at which invocations wait: `until('event.gate')`. */
function gate() {
  const file = join(folder, `gate-${++gates}`);
  return { event: { gate: file }, open: () => writeFileSync(file, '') };
}

function pool(source: string, options: Partial<PoolOptions> = {}) {
  const started: Environment[] = [];
  const log: LogEntry[] = [];
  const made = new FunctionPool(configure(source), {
    start: (configuration) => {
      const environment = startEnvironment(configuration, { log: (entry) => log.push(entry) });
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
  /** Waits until so many invocations have begun since the pool was made. */
  const begun = (number: number) =>
    vi.waitFor(() => expect(log.filter(({ type }) => type === 'start')).toHaveLength(number), eventually);
  return { pool: made, invoke, started, begun };
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
    const { invoke, begun } = pool(withId(until('event.gate')));
    const { event, open } = gate();
    const invocations = [invoke(event), invoke(event), invoke(event)];
    await begun(3);
    open();
    expect(new Set(await Promise.all(invocations)).size).toBe(3);
  });

  it('gives the next invocation to the environment that is free first', async () => {
    const init = gate();
    init.open();
    const { invoke, started, begun } = pool(
      `${until(JSON.stringify(init.event.gate))} ${withId(`if (event.gate) ${until('event.gate')}`)}`,
    );
    const id = await invoke();
    // A second environment starts, but does not get through its init phase.
    rmSync(init.event.gate);
    const { event, open } = gate();
    const busy = invoke(event);
    const next = invoke();
    await begun(2);
    expect(started).toHaveLength(2);
    open();
    expect(await Promise.all([busy, next])).toEqual([id, id]);
    init.open();
  });

  it('refuses what is more than it may run at once', async () => {
    const { invoke } = pool(withId(''), { concurrency: 2 });
    const answers = await Promise.allSettled([invoke(), invoke(), invoke()]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((answers[2] as PromiseRejectedResult).reason).toBeInstanceOf(TooManyRequests);
    await expect(invoke()).resolves.toEqual(expect.any(Number));
  });

  it('replaces an environment that failed, and only that', async () => {
    const { invoke, begun } = pool(withId(`if (event.die) process.exit(1); ${until('event.gate')}`));
    const both = async (begunBefore: number) => {
      const { event, open } = gate();
      const invocations = [invoke(event), invoke(event)];
      await begun(begunBefore + 2);
      open();
      return Promise.all(invocations);
    };
    const before = await both(0);
    expect(await invoke({ die: true })).toMatchObject({ errorType: 'Runtime.ExitError' });
    const after = await both(3);
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
  });

  it('notices when an idle environment was killed', async () => {
    const { invoke, started } = pool(withId(''));
    const first = await invoke();
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(started[0]?.stopped).toBe(true), eventually);
    expect(await invoke()).not.toBe(first);
  });

  it('tells each caller why the init phase failed', async () => {
    const { invoke } = pool(`throw new Error('no')`);
    const answers = await Promise.all([invoke(), invoke()]);
    expect(answers).toMatchObject([{ errorMessage: 'no' }, { errorMessage: 'no' }]);
  });

  it('stops what has been idle for long enough', async () => {
    const {
      pool: reaped,
      invoke,
      started,
      begun,
    } = pool(withId(until('event.gate')), { idleTimeoutMs: 150 });
    const { event, open } = gate();
    const invocations = [invoke(event), invoke(event)];
    await begun(2);
    expect(reaped.size).toBe(2);
    open();
    await Promise.all(invocations);
    await vi.waitFor(() => expect(reaped.size).toBe(0), eventually);
    expect(started.every(({ stopped }) => stopped)).toBe(true);
    expect(await invoke(event)).toEqual(expect.any(Number));
  });

  it('goes on with new code without losing an invocation', async () => {
    const { pool: replaced, invoke, started } = pool(handler(`${until('event.gate')} return 'old'`));
    const first = gate();
    first.open();
    await invoke(first.event);
    const { event, open } = gate();
    const running = invoke(event);
    const waiting = Promise.all([invoke(event), invoke(event)]);
    replaced.replace(configure(handler(`return 'new'`)));
    expect(await waiting).toEqual(['new', 'new']);
    open();
    expect(await running).toBe('old');
    expect(await invoke()).toBe('new');
    await vi.waitFor(
      () => expect(started.filter(({ stopped }) => !stopped).length).toBe(replaced.size),
      eventually,
    );
  });

  it.each([
    ['is no function', 'export const handler = 1;'],
    ['throws when it is loaded', `throw new Error('no');`],
    ['is not there', ''],
  ])('goes back to the code before when a new handler %s', async (_, source) => {
    const wentBack = vi.fn();
    const { pool: replaced, invoke } = pool(handler(`return 'old'`), { wentBack });
    expect(await invoke()).toBe('old');
    replaced.replace(configure(source));
    expect(await Promise.all([invoke(), invoke()])).toEqual(['old', 'old']);
    replaced.replace(configure(source));
    expect(await invoke()).toBe('old');
    expect(wentBack).toHaveBeenCalledTimes(2);
    replaced.replace(configure(handler(`return 'new'`)));
    expect(await invoke()).toBe('new');
  });

  it('goes back to code that has not run yet, too', async () => {
    const { pool: replaced, invoke } = pool(handler(`return 'old'`));
    replaced.replace(configure('export const handler = 1;'));
    expect(await invoke()).toBe('old');
  });

  it('ends whatever runs when it is stopped, and refuses what waits', async () => {
    const { pool: stopped, invoke, begun } = pool(handler('while (true) {}'), { startsAtOnce: 1 });
    await stopped.drain();
    const running = invoke();
    await begun(1);
    const waiting = invoke();
    const refused = expect(waiting).rejects.toThrow('was stopped');
    await stopped.stop();
    expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
    await refused;
    expect(stopped.size).toBe(0);
  });
});

import { liveAlias } from '@nanoservices/deploy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmulatedStage, type Ended } from '../testbed/aws/emulated-stage.ts';
import type { Fault, SeenRequest } from '../testbed/aws/fault-proxy.ts';

const name = 'list-user-games';
const fullName = `arcade-dev-${name}`;

/** Faults of the request, and of the tool itself right before and right after a request is done. */
const mishaps = ['throttled', 'conflict', 'error', 'cut', 'lost', 'killed before', 'killed after'] as const;
type Mishap = (typeof mishaps)[number];

let stage: EmulatedStage;
let settings = 0;
/** Counts the deployments that went wrong somewhere. */
let points = 0;

beforeAll(async () => {
  stage = await EmulatedStage.open();
  // One function keeps nobody busy, and many deployments are killed.
  stage.leaseSilenceMs = 1500;
  await stage.nx('run', `${name}:package`);
  expect((await stage.deploy('platform')).code).toBe(0);
  expect((await stage.deploy(name)).code).toBe(0);
});

afterAll(async () => {
  console.log(`${points} points at which a deployment went wrong`);
  await stage?.close();
});

const newCode = () => stage.newCode(`games/${name}`);

function newConfiguration(): void {
  stage.workspace.edit('functions/stages.json', (text) => {
    const stages = JSON.parse(text);
    stages.stages.dev.environment = { EDITION: `${++settings}` };
    return JSON.stringify(stages);
  });
}

/** The version that requests reach: its code and configuration belong together. */
async function live(): Promise<string> {
  const revision = await stage.functions.read(fullName, liveAlias);
  return `${revision?.codeSha256} ${revision?.configuration}`;
}

/** The requests of a deployment without mishap. */
async function record(): Promise<SeenRequest[]> {
  stage.proxy.seen.length = 0;
  const { code, out } = await stage.deploy(name);
  expect(code, out).toBe(0);
  return [...stage.proxy.seen];
}

async function deployWith(mishap: Mishap, at: number): Promise<Ended> {
  const running = stage.start(name);
  let count = 0;
  stage.proxy.script = (): Fault | undefined => {
    if (count++ !== at) return undefined;
    if (!mishap.startsWith('killed')) return mishap as Fault;
    running.kill();
    return mishap === 'killed before' ? 'cut' : 'lost';
  };
  const ended = await running.ended;
  stage.proxy.script = () => undefined;
  points++;
  return ended;
}

/** Lets something go wrong at a request. @returns the broken promise, if there is one */
async function tryMishap(mishap: Mishap, at: number): Promise<string | undefined> {
  const before = await live();
  const wantedCode = newCode();
  const where = `${mishap} at request ${at}`;
  const first = await deployWith(mishap, at);
  const between = await live();
  const isNew = between.startsWith(wantedCode);
  if (!isNew && between !== before) return `${where}: neither the old nor the new version is live`;
  if (first.code === 0 && !isNew) return `${where}: it ended well, but the old version is live: ${first.out}`;
  if (first.code > 0 && !first.out.includes('AWS:') && !/failed/.test(first.out)) {
    return `${where}: it does not say what is wrong: ${first.out}`;
  }
  if (first.code === 0) return undefined;
  const second = await stage.deploy(name);
  if (second.code !== 0) return `${where}: the next deployment fails: ${second.out}`;
  return (await live()).startsWith(wantedCode)
    ? undefined
    : `${where}: the next deployment does not finish it`;
}

async function problemsOf(
  requests: readonly number[],
  triedAt: (request: number) => readonly Mishap[],
  prepare = () => {},
) {
  const problems: string[] = [];
  for (const at of requests) {
    for (const mishap of triedAt(at)) {
      prepare();
      const problem = await tryMishap(mishap, at);
      if (problem) problems.push(problem);
    }
  }
  return problems;
}

describe('whatever goes wrong, requests reach a whole version, and the next deployment finishes', () => {
  // FAULTS=all: every mishap at every request, which takes twice as long.
  const some = process.env.FAULTS === 'all' ? mishaps.length : 3;
  const inTurn = (request: number) =>
    mishaps.filter((_, index) => (index + request * some) % mishaps.length < some);

  it('when only code changed: mishaps in turn, at every request', async () => {
    newCode();
    const requests = await record();
    expect(requests.length).toBeGreaterThan(8);
    expect(await problemsOf([...requests.keys()], inTurn)).toEqual([]);
  });

  it('when the stack changes: at every request that changes something', async () => {
    newCode();
    newConfiguration();
    const requests = await record();
    const changes = [...requests.keys()].filter((index) => requests[index]?.isChange);
    expect(changes.length).toBeGreaterThan(5);
    // A killed process gets no response either. The other mishaps are the SDK's, as above.
    expect(await problemsOf(changes, () => ['killed after'], newConfiguration)).toEqual([]);
    expect(points).toBeGreaterThanOrEqual(70);
  });
});

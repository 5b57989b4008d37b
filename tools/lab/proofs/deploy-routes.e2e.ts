/**
 * No request is lost while a stage changes its topology: requests go over HTTP through the API as it is deployed at each
 * moment, token and all, while functions are created, routes move from one set of functions to the next, and the functions
 * that nothing uses are removed. The emulated AWS takes time, so requests meet every state on the way.
 *
 * TOPOLOGY_CHANGES=20 changes the topology 20 times. Default: 4, each topology once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readLayout } from '@nanoservices/model';
import { localIssuer } from '@nanoservices/runtime/tokens';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiRequest, sendTo } from '../testbed/aws/deployed-api.ts';
import { DeployedGateway } from '../testbed/aws/deployed-gateway.ts';
import { EmulatedStage } from '../testbed/aws/emulated-stage.ts';
import { repositoryRoot } from '../testbed/repository.ts';

const changes = Number(process.env.TOPOLOGY_CHANGES ?? 4);
const topologies = Object.keys(readLayout(repositoryRoot).topologies.topologies);
/** A tenth of the time that AWS takes. */
const latency = 0.1;

let stage: EmulatedStage;
let gateway: DeployedGateway;
let token: string;
/** A user and a game. */
let paths: { readonly user: string; readonly game: string };

const topologyOf = (change: number) => topologies[change % topologies.length] as string;

async function changeTopology(topology: string): Promise<void> {
  const deployed = await stage.operate('deploy', '--topology', topology);
  expect(deployed.code, deployed.out).toBe(0);
  const pruned = await stage.operate('prune', '--topology', topology, '--yes');
  expect(pruned.code, pruned.out).toBe(0);
}

async function create(path: string, body: object): Promise<string> {
  const created = await sendTo(gateway.url, { method: 'POST', path, token, body });
  expect(created.status, JSON.stringify(created)).toBe(201);
  return `${path}/${created.body.id}`;
}

beforeAll(async () => {
  stage = await EmulatedStage.open({ latency });
  const issuer = await localIssuer(stage.workspace.root, 'auth0');
  const { keys = { keys: [] }, ...jwt } = issuer.settings;
  stage.workspace.write(
    'functions/stages.json',
    JSON.stringify({ application: 'arcade', stages: { dev: { region: stage.stage.region, jwt } } }),
  );
  await changeTopology(topologyOf(0));
  gateway = await new DeployedGateway(stage, keys).start();
  token = await issuer.issue({ sub: 'ann' });
  const user = await create('/users', { name: 'Ann', email: 'ann@example.com' });
  paths = { user, game: await create('/games', { title: 'Chess', seats: 2 }) };
}, 600_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await stage?.close();
});

/** A request, and the status that it must have, before, while and after the topology changes. */
type Probe = ApiRequest & { readonly expected: number };

function probes(): readonly Probe[] {
  const { user, game } = paths;
  const change = { token, headers: { 'if-match': '*' }, body: { name: 'Ann' } };
  return [
    { method: 'GET', path: '/games', expected: 200 },
    { method: 'GET', path: user, token, expected: 200 },
    { method: 'GET', path: user, expected: 401 },
    { method: 'GET', path: game, expected: 200 },
    { method: 'PATCH', path: user, ...change, expected: 200 },
    { method: 'GET', path: '/nothing', expected: 404 },
  ];
}

it(`no request fails during ${changes} changes of the topology`, async () => {
  const failed: string[] = [];
  let sent = 0;
  let isDone = false;
  let phase = '';
  const sendRequests = async (from: number) => {
    const all = probes();
    for (let turn = from; !isDone; turn++) {
      const { expected, ...request } = all[turn % all.length] as Probe;
      const during = phase;
      const { status, headers } = await sendTo(gateway.url, request);
      sent++;
      if (status !== expected) {
        const reason = headers['x-emulated-reason'] ?? '';
        failed.push(`${during}: ${request.method} ${request.path}: ${status} ${reason}`);
      }
      // Leaves the processor to the deployment.
      await sleep(50);
    }
  };
  const clients = [0, 3].map(sendRequests);
  for (let change = 1; change <= changes; change++) {
    phase = `change ${change}, ${topologyOf(change - 1)} to ${topologyOf(change)}`;
    const before = sent;
    await changeTopology(topologyOf(change));
    console.error(`${phase}: ${sent - before} requests, ${failed.length} failed so far`);
  }
  isDone = true;
  await Promise.all(clients);
  console.log(`${sent} requests during ${changes} changes of the topology, ${failed.length} failed`);
  expect(failed).toEqual([]);
  // At least one of each kind per change.
  expect(sent).toBeGreaterThan(changes * probes().length);
});

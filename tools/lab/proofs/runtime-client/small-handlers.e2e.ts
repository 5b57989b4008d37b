import { environmentStarter, type StartEnvironment } from '@nanoservices/runtime/environment';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { differences, expectedLocally } from './differences.ts';
import { smallHandlers } from './handlers/index.ts';
import { installClient } from './install-client.ts';
import type { Observation } from './observation.ts';
import { runLocally, runOnClient } from './run-function.ts';
import { invocationsOf, writeSmallHandler } from './write-small-handler.ts';

// AWS's client says what is right. The local runtime does the same, or what the README of the runtime says.
let client: string;
let startEnvironment: StartEnvironment;
const onClient = new Map<string, Observation>();

beforeAll(async () => {
  // Far from the time zone of Lambda.
  vi.stubEnv('TZ', 'America/New_York');
  client = installClient();
  startEnvironment = await environmentStarter();
}, 600_000);

describe.each(smallHandlers)('a function that $name', (handler) => {
  beforeAll(async () => {
    using written = writeSmallHandler(handler);
    onClient.set(handler.name, await runOnClient(written, invocationsOf(handler), client));
  });

  it.each(['process', 'thread'] as const)('does the same in a %s', async (isolation) => {
    const observed = onClient.get(handler.name) as Observation;
    const expected = expectedLocally(handler.name, isolation, observed);
    using written = writeSmallHandler(handler);
    const invocations = invocationsOf(handler);
    expect(await runLocally(written, invocations, { isolation, startEnvironment })).toEqual(expected);
  });
});

it.each(differences)('a difference is real: $subject', (difference) => {
  const concerned = [...onClient].filter(([name, observed]) => difference.appliesTo(name, observed));
  expect(concerned).not.toEqual([]);
  for (const [name, observed] of concerned) {
    expect(difference.expected(observed, name)).not.toEqual(observed);
  }
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  environmentStarter,
  type FunctionConfiguration,
  type StartEnvironment,
} from '@nanoservices/runtime/environment';
import { Lambda } from '@nanoservices/runtime/lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { crashes, crashing, endsTheHost, later } from '../testbed/crashes.ts';

// Each way to crash, in a real process and in a real thread, while a neighbour is at work.
let folder: string;
let startEnvironment: StartEnvironment;
let lambda: Lambda;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashes-'));
  startEnvironment = await environmentStarter();
});
afterEach(() => lambda.stop());
afterAll(() => rmSync(folder, { recursive: true }));

function put(functionName: string, source: string, settings: Partial<FunctionConfiguration>): void {
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  const defaults = { memorySize: 128, timeout: 60, environment: {}, logFormat: 'Text' } as const;
  lambda.put({ functionName, bundle, isolation: 'process', ...defaults, ...settings });
}

describe.each(['process', 'thread'] as const)('%s isolation survives', (isolation) => {
  // A crash that ends the whole process ends every thread of it: see start.spec.ts.
  const survivable = crashes.filter(({ inThread }) => isolation === 'process' || inThread !== endsTheHost);

  it.each(survivable)(
    '$name',
    async ({ name, source, timeout = 60, needsNewCode, inProcess, inThread = inProcess }) => {
      // Other tests may keep the machine busy: only what must end early does.
      const initTimeoutMs = name === 'too slow an init' ? 1500 : undefined;
      lambda = new Lambda({ startEnvironment, log: () => {}, initTimeoutMs });
      const memorySize = name === 'out of memory' ? 128 : 192;
      writeFileSync(join(folder, 'crash'), 'yes');
      put('crashing', source, { isolation, memorySize, timeout });
      put('neighbour', crashing(later(5)), { isolation });

      let stop = false;
      const neighbours = (async () => {
        const payloads: unknown[] = [];
        while (!stop) payloads.push((await lambda.invoke('neighbour', '{"crash":true}'))?.payload);
        return payloads;
      })();
      const result = await lambda.invoke('crashing', '{"crash":true}', { requestId: 'r' });
      const message = `${result?.error?.errorMessage}`.replace(/^RequestId: r /, '');
      const expected = isolation === 'process' ? inProcess : inThread;
      expect(`${result?.error?.errorType}: ${message}`).toMatch(expected);

      // The next request is served; where the code itself was wrong, by the next version of it.
      writeFileSync(join(folder, 'crash'), 'no');
      if (needsNewCode) put('crashing', crashing(''), { isolation });
      expect((await lambda.invoke('crashing', '{}'))?.payload).toBe('"alive"');

      stop = true;
      const payloads = await neighbours;
      expect(payloads.length).toBeGreaterThan(0);
      expect(new Set(payloads)).toEqual(new Set(['"alive"']));
    },
  );
});

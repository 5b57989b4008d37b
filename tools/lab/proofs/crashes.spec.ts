import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { environmentStarter, type StartEnvironment } from './environment/start-environment.ts';
import { Lambda, type LambdaFunction } from './lambda/lambda.ts';
import { deaths, endsTheHost, later, mortal } from './testing/deaths.ts';

// Each way to die, in a real process and in a real thread, while a neighbour is at work.
let folder: string;
let startEnvironment: StartEnvironment;
let lambda: Lambda;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashes-'));
  startEnvironment = await environmentStarter();
});
afterEach(() => lambda.stop());
afterAll(() => rmSync(folder, { recursive: true }));

function put(functionName: string, source: string, settings: Partial<LambdaFunction>): void {
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  const defaults = { memorySize: 128, timeout: 5, environment: {}, logFormat: 'Text' } as const;
  lambda.put({ functionName, bundle, isolation: 'process', ...defaults, ...settings });
}

describe.each(['process', 'thread'] as const)('%s isolation survives', (isolation) => {
  // What ends the whole process ends every thread of it: see start.spec.ts.
  const table = deaths.filter(({ inThread }) => isolation === 'process' || inThread !== endsTheHost);

  it.each(table)(
    '$name',
    async ({ name, source, timeout = 10, needsNewCode, inProcess, inThread = inProcess }) => {
      // Other tests may keep the machine busy: only what must end early does.
      const initTimeoutMs = name === 'too slow an init' ? 1500 : undefined;
      lambda = new Lambda({ startEnvironment, log: () => {}, initTimeoutMs });
      const memorySize = name === 'out of memory' ? 128 : 192;
      writeFileSync(join(folder, 'die'), 'yes');
      put('mortal', source, { isolation, memorySize, timeout });
      put('neighbour', mortal(later(5)), { isolation });

      let stop = false;
      const neighbours = (async () => {
        const answers: unknown[] = [];
        while (!stop) answers.push((await lambda.invoke('neighbour', '{"die":true}'))?.payload);
        return answers;
      })();
      const result = await lambda.invoke('mortal', '{"die":true}', { requestId: 'r' });
      const message = `${result?.error?.errorMessage}`.replace(/^RequestId: r /, '');
      const expected = isolation === 'process' ? inProcess : inThread;
      expect(`${result?.error?.errorType}: ${message}`).toMatch(expected);

      // The next request is served; where the code itself was wrong, by the next version of it.
      writeFileSync(join(folder, 'die'), 'no');
      if (needsNewCode) put('mortal', mortal(''), { isolation });
      expect((await lambda.invoke('mortal', '{}'))?.payload).toBe('"alive"');

      stop = true;
      const answers = await neighbours;
      expect(answers.length).toBeGreaterThan(0);
      expect(new Set(answers)).toEqual(new Set(['"alive"']));
    },
  );
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkspace, type Workspace } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureWorkspace, writeEndpoint } from '../testing/fixture-workspace.ts';
import { trafficOf } from './traffic.ts';

describe('the traffic of a workspace', () => {
  const copy = fixtureWorkspace();
  let workspace: Workspace;
  beforeAll(async () => {
    for (const name of ['a', 'b', 'c', 'd']) writeEndpoint(copy, name, `GET /${name}`, 'return {};');
    workspace = await readWorkspace(copy.root);
  });
  afterAll(() => copy.delete());
  const read = (content: object | undefined, file?: string) => {
    rmSync(join(copy.root, 'functions/traffic.json'), { force: true });
    if (content) copy.write('functions/traffic.json', JSON.stringify(content));
    return trafficOf(workspace, file);
  };

  it('has a rate for every endpoint, by name or by "*"', () => {
    const traffic = read({ endpoints: { a: 2, b: { requestsPerSecond: 3, path: '/b?x=1' }, '*': 0.5 } });
    expect([...traffic.rates.values()]).toEqual([2, 3, 0.5, 0.5]);
    expect([...traffic.paths]).toEqual([['b', '/b?x=1']]);
    expect(traffic).toMatchObject({
      file: 'functions/traffic.json',
      idleSeconds: 600,
      weights: { cost: 1, bytes: 1 },
    });
  });

  it('is an equal share of one request a second without a file', () => {
    const traffic = read(undefined);
    expect([...traffic.rates.values()]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(traffic.file).toBeUndefined();
  });

  it('has the defaults of a traffic file without one', () => {
    const { file: _, ...described } = read({ endpoints: { '*': 0.25 } });
    expect(read(undefined)).toEqual({ ...described, file: undefined });
  });

  it('has the prices of the architecture, and says if some are others', () => {
    const arm = read({ endpoints: { '*': 1 } });
    const x86 = read({ endpoints: { '*': 1 }, architecture: 'x86_64' });
    expect(arm.prices.usdPerGbSecond).toBeLessThan(x86.prices.usdPerGbSecond);
    const own = read({ endpoints: { '*': 1 }, prices: { usdPerMillionRequests: 0.3 } });
    expect(own.prices).toMatchObject({ usdPerMillionRequests: 0.3, usdPerMillionApiRequests: 1 });
    expect(own.prices.source).toMatch(/prices of your own/);
    expect(x86.prices.source).not.toMatch(/prices of your own/);
  });

  it.each([
    [
      { endpoints: { a: 1, e: 1, '*': 1 } },
      /traffic\.json: "endpoints" names "e".*There are: \*, a, b, c, d/,
    ],
    [{ endpoints: { a: 1 } }, /says nothing of "b"\. Add it, or "\*"/],
    [{ endpoints: { '*': -1 } }, /traffic\.json is invalid: "endpoints/],
    [{ endpoints: { '*': 1 }, weights: { costs: 1 } }, /traffic\.json is invalid: .*costs/],
  ])('names the file, the key and the way out: %j', (content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  it('is an error when a file is named that does not exist', () => {
    expect(() => read(undefined, 'other.json')).toThrow('--traffic: there is no file other.json.');
  });
});

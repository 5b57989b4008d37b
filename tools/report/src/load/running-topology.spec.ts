import { type PackedApplication, readWorkspace } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureWorkspace, writeEndpoint, writeManifest } from '../testing/fixture-workspace.ts';
import { RunningTopology } from './running-topology.ts';

describe('a running topology', () => {
  const copy = fixtureWorkspace();
  let application: PackedApplication;
  let running: RunningTopology;

  beforeAll(async () => {
    const smokeOr = (body: string) => `if (event.smoke) return { statusCode: 204 }; ${body}`;
    writeEndpoint(copy, 'one', 'GET /one', smokeOr("return { of: 'one' };"));
    writeEndpoint(copy, 'two', 'GET /two', smokeOr("return { of: 'two' };"));
    writeEndpoint(copy, 'closed', 'GET /closed', 'return { statusCode: 403 };');
    writeEndpoint(copy, 'crashing', 'GET /crashing', 'process.exit(1);');
    writeManifest(copy, 'functions/pair', {
      name: '@shop/pair',
      unit: { include: ['test/one', 'test/two'] },
    });
    copy.write(
      'functions/topology.json',
      JSON.stringify({ active: 'nano', topologies: { nano: [], hybrid: ['pair'] } }),
    );
    application = (await readWorkspace(copy.root)).pack('hybrid');
    running = await RunningTopology.start(copy.root, 'hybrid');
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    copy.delete();
  });

  it('answers the smoke test of a fused function, and reports its init once', async () => {
    const pair = application.functionOf('two');
    expect(pair.endpoints.length).toBe(2);
    const { status, report } = await running.smoke(pair);
    expect([status, report?.status]).toEqual([200, 'success']);
    expect(report?.initDurationMs).toBeGreaterThan(0);
    const again = await running.smoke(pair);
    expect(again.report?.status).toBe('success');
    expect(again.report?.initDurationMs).toBeUndefined();
  });

  it('gives each request its own report, however many there are at once', async () => {
    const slow = Array.from({ length: 20 }, (_, n) => running.getReported(n % 2 ? '/one' : '/two'));
    for (const { status, report } of await Promise.all(slow)) {
      expect(status).toBe(200);
      expect(report).toMatchObject({ status: 'success', durationMs: expect.any(Number) });
    }
  });

  it('has a status but no report of a request that is refused', async () => {
    expect(await running.getReported('/closed')).toEqual({ status: 403 });
    expect(await running.getReported('/nowhere')).toEqual({ status: 404 });
    expect(await running.get('/crashing')).toBe(500);
  });

  it('serves from the process that it names', () => {
    expect(() => process.kill(running.pid, 0)).not.toThrow();
    expect(running.pid).not.toBe(process.pid);
  });

  it('sends the token of the local caller', () => {
    expect(running.headers).toEqual({ authorization: expect.stringMatching(/^Bearer .+/) });
  });
});

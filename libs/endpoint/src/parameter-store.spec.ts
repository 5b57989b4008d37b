import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { readParameters } from './parameter-store.ts';
import { ServiceUnavailable } from './problem.ts';

afterEach(() => vi.unstubAllEnvs());

it('gives up after the timeout of all attempts, when Systems Manager does not answer', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const reading = readParameters('GetParameter', {
    input: { Name: '/shop/dev/x' },
    subject: 'The parameter /shop/dev/x',
    totalTimeoutMs: 50.5,
  });
  const error = (await reading.catch((thrown: unknown) => thrown)) as Error;
  expect(error).toBeInstanceOf(ServiceUnavailable);
  expect((error.cause as Error).message).toMatch(
    /^The parameter \/shop\/dev\/x of Systems Manager cannot be read: .*timeout/,
  );
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

import { ServiceUnavailable } from '@nanoservices/endpoint';
import { expect, it, vi } from 'vitest';
import { read } from './connection.ts';

it('names the variable that is missing', async () => {
  vi.stubEnv('DATABASE_URL', undefined);
  await expect(read('SELECT 1')).rejects.toThrow(/DATABASE_URL is not set/);
  vi.unstubAllEnvs();
});

it('is a 503 when nothing listens at its address', async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://nobody:x@127.0.0.1:9/none');
  const error = await read('SELECT 1').catch((caught) => caught);
  expect(error).toBeInstanceOf(ServiceUnavailable);
  expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  vi.unstubAllEnvs();
});

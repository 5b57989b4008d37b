import { afterEach, beforeEach, expect, it } from 'vitest';
import type { InvocationResult } from './environment.ts';
import { startLambdaService } from './lambda-service.ts';

let service: Awaited<ReturnType<typeof startLambdaService>>;
const measures = { durationMs: 1, maxMemoryUsedMb: 1 };

beforeEach(async () => {
  service = await startLambdaService((name, event): Promise<InvocationResult> | undefined => {
    if (name === 'echo')
      return Promise.resolve({ status: 'success', payload: JSON.parse(event), ...measures });
    const error = { errorType: 'Error', errorMessage: 'boom', trace: [] };
    return name === 'failing' ? Promise.resolve({ status: 'error', error, ...measures }) : undefined;
  });
});

afterEach(() => service.close());

const invoke = (name: string, body: string | null = '{"a":1}', init: RequestInit = {}) =>
  fetch(`${service.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
    method: 'POST',
    body,
    ...init,
  });

it.each([
  'echo',
  'echo:live',
  '000000000000:function:echo',
  'arn:aws:lambda:us-east-1:000000000000:function:echo',
  'arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST',
])('invokes a function called %s', async (name) => {
  const response = await invoke(name);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-amz-function-error')).toBeNull();
  expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(await response.json()).toEqual({ a: 1 });
});

it('takes no body for an empty event', async () => {
  expect(await (await invoke('echo', null)).json()).toEqual({});
});

it('gives a function’s error with status 200 and a header that says so', async () => {
  const response = await invoke('failing');
  expect(response.status).toBe(200);
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
  expect(await response.json()).toEqual({ errorType: 'Error', errorMessage: 'boom', trace: [] });
});

it.each([
  ['an unknown function', 'nobody', '{}', {}, 404, 'ResourceNotFoundException'],
  ['a payload that is not JSON', 'echo', '{', {}, 400, 'InvalidRequestContentException'],
  ['a payload over 6 MB', 'echo', `"${'x'.repeat(6 * 1024 * 1024)}"`, {}, 413, 'RequestTooLargeException'],
  [
    'an Event',
    'echo',
    '{}',
    { headers: { 'x-amz-invocation-type': 'Event' } },
    400,
    'InvalidParameterValueException',
  ],
])('refuses %s as Lambda does', async (_, name, body, init, status, type) => {
  const response = await invoke(name, body, init);
  expect(response.status).toBe(status);
  expect(response.headers.get('x-amzn-errortype')).toBe(type);
  expect(await response.json()).toMatchObject({ Message: expect.any(String) });
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { httpEvent } from '@nanoservices/runtime';
import { environmentStarter, type Isolation } from '@nanoservices/runtime/environment';
import { Lambda, lambdaService } from '@nanoservices/runtime/lambda';
import { configurationOf } from '../contestants.ts';

/** The functions that call and are called. */
export interface CallBundles {
  readonly caller: string;
  readonly callee: string;
  readonly fused: string;
}

/** An endpoint that calls another one, on a local Lambda. */
export interface Caller {
  /** Microseconds of one `call()`, timed where it is made. */
  call(kilobytes: number, calls: number): Promise<number>;
}

export interface Callers extends AsyncDisposable {
  /** @param fused - whether both endpoints are one function */
  caller(isolation: Isolation, fused: boolean): Caller;
}

/** Starts a Lambda with its API, which is where a `call()` goes when the callee is another function. */
export async function startCallers(bundles: CallBundles): Promise<Callers> {
  const lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  const api = lambdaService(lambda, { warn: () => {} }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  for (const isolation of ['process', 'thread'] as const) {
    const environment = { AWS_ENDPOINT_URL_LAMBDA, FUNCTION_CALLEE: `callee-${isolation}` };
    for (const [name, bundle] of Object.entries(bundles)) {
      const functionName = `${name}-${isolation}`;
      lambda.put({ ...configurationOf({ bundle, environment }), functionName, isolation });
    }
  }
  return {
    caller: (isolation, fused) => ({
      call: async (kilobytes, calls) => {
        const body = Buffer.from(JSON.stringify({ kilobytes, calls }));
        const headers = [['content-type', 'application/json']] as const;
        const event = httpEvent(
          { method: 'POST', url: '/caller', headers, body },
          { routeKey: 'POST /caller', pathParameters: {} },
        );
        const name = `${fused ? 'fused' : 'caller'}-${isolation}`;
        const result = await lambda.invoke(name, JSON.stringify(event), { requestId: randomUUID() });
        const answer = JSON.parse(result?.payload ?? '{"statusCode":0}');
        if (answer.statusCode !== 200) {
          throw new Error(`${name} answered ${answer.body ?? result?.error?.errorMessage}`);
        }
        return JSON.parse(answer.body).microsecondsPerCall;
      },
    }),
    [Symbol.asyncDispose]: async () => {
      await lambda.stop();
      api.closeAllConnections();
      api.close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Isolation } from '@nanoservices/model';
import { environmentStarter } from '@nanoservices/runtime/environment';
import { httpEvent } from '@nanoservices/runtime/gateway';
import { credentialVariables, Lambda, lambdaService, newAccessKey } from '@nanoservices/runtime/lambda';
import { configurationOf } from '../contestants.ts';

/** Bundles of the calling and the called endpoint. */
export interface CallBundles {
  readonly caller: string;
  readonly callee: string;
  readonly fused: string;
}

/** An endpoint that calls another one, on a local Lambda. */
export interface Caller {
  /** Microseconds of one `call()`, timed by the calling endpoint. */
  call(kilobytes: number, calls: number): Promise<number>;
}

export interface Callers extends AsyncDisposable {
  /** @param isFused - whether both endpoints are one function */
  caller(isolation: Isolation, isFused: boolean): Caller;
}

/** Starts a Lambda with its API, the target of a `call()` to another function. */
export async function startCallers(bundles: CallBundles): Promise<Callers> {
  const lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  const accessKey = newAccessKey();
  const api = lambdaService(lambda, { accessKey, warn: () => {} }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  for (const isolation of ['process', 'thread'] as const) {
    const environment = {
      AWS_ENDPOINT_URL_LAMBDA,
      ...credentialVariables(accessKey),
      FUNCTION_CALLEE: `callee-${isolation}`,
    };
    for (const [name, bundle] of Object.entries(bundles)) {
      const functionName = `${name}-${isolation}`;
      lambda.put({ ...configurationOf(isolation, { bundle, environment }), functionName });
    }
  }
  return {
    caller: (isolation, isFused) => ({
      call: async (kilobytes, calls) => {
        const body = Buffer.from(JSON.stringify({ kilobytes, calls }));
        const headers = [['content-type', 'application/json']] as const;
        const event = httpEvent(
          { method: 'POST', url: '/caller', headers, body },
          { routeKey: 'POST /caller', pathParameters: {} },
        );
        const name = `${isFused ? 'fused' : 'caller'}-${isolation}`;
        const result = await lambda.invoke(name, JSON.stringify(event), { requestId: randomUUID() });
        const response = JSON.parse(result?.payload ?? '{"statusCode":0}');
        if (response.statusCode !== 200) {
          throw new Error(`${name} answered ${response.body ?? result?.error?.errorMessage}`);
        }
        return JSON.parse(response.body).microsecondsPerCall;
      },
    }),
    [Symbol.asyncDispose]: async () => {
      await lambda.stop();
      api.closeAllConnections();
      api.close();
    },
  };
}

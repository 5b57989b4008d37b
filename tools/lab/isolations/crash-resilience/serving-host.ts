import type { FunctionConfiguration } from '@nanoservices/runtime/environment';
import { authorization, newAccessKey } from '@nanoservices/runtime/lambda';
import { HostProcess } from '@nanoservices/runtime/start';

/** The result of an invocation: `lost` when the host ended meanwhile. */
export type InvokeResult =
  | { readonly kind: 'payload'; readonly payload: unknown }
  /** The error, as `errorType: errorMessage`. */
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'lost' };

export interface ServingHost extends AsyncDisposable {
  put(one: FunctionConfiguration): void;
  invoke(functionName: string, event: unknown): Promise<InvokeResult>;
  /** The number of restarts. */
  readonly restarts: number;
}

/** The serving process of `npm start`, which is started again after a crash; invoked over HTTP. */
export async function startServingHost(initTimeoutMs: number): Promise<ServingHost> {
  let restarts = 0;
  const accessKey = newAccessKey();
  const host = new HostProcess(
    {
      port: 0,
      lambdaPort: 0,
      host: '127.0.0.1',
      hostNames: [],
      accessKey,
      concurrency: 100,
      idleTimeoutMs: 300_000,
      initTimeoutMs,
      logs: 'none',
      reports: false,
      cors: undefined,
      jwt: { issuer: 'https://localhost', audience: [] },
      document: undefined,
      token: undefined,
      functions: [],
      routes: [],
    },
    {
      crashed: (_reason, restarted) => {
        restarts += 1;
        // A host that cannot come back gives no results, which is measured.
        restarted.catch(() => {});
      },
    },
  );
  const { lambdaPort } = await host.start();
  const url = (name: string) => `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/${name}/invocations`;
  return {
    put: (one) => host.send({ type: 'put', function: one }),
    invoke: async (functionName, event) => {
      try {
        const headers = authorization(accessKey);
        const body = JSON.stringify(event);
        const response = await fetch(url(functionName), { method: 'POST', headers, body });
        const result = (await response.json()) as { errorType?: string; errorMessage?: string };
        if (response.headers.get('x-amz-function-error') === null) {
          return response.ok ? { kind: 'payload', payload: result } : { kind: 'lost' };
        }
        return { kind: 'error', error: `${result.errorType}: ${result.errorMessage}` };
      } catch {
        return { kind: 'lost' };
      }
    },
    get restarts() {
      return restarts;
    },
    [Symbol.asyncDispose]: () => host.stop(),
  };
}

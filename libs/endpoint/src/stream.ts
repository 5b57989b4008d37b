import { once } from 'node:events';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type { Contract } from './contract.ts';
import { endpoint, type Input } from './endpoint.ts';
import { Reply } from './reply.ts';
import { logRequest } from './request-log.ts';
import { isSmoke } from './smoke.ts';
import { type StreamingHandler, streaming } from './streaming-handler.ts';

type Part = string | Uint8Array;

/** Function that the author of an endpoint writes: an async generator, or a function that gives something to iterate. */
export type StreamHandler<C extends Contract> = (
  input: Input<C>,
) => AsyncIterable<Part> | Promise<AsyncIterable<Part> | Reply<AsyncIterable<Part>>>;

/**
 * Makes the Lambda handler of an endpoint whose response is sent while it is made. Validation, access, problems, headers and the
 * log line are those of `endpoint()`. Status and headers are sent with the first part, so that a problem before it is an
 * ordinary response. The next part is asked for when the client has taken the parts before. An error after the first part
 * breaks the response off, which the client sees as an incomplete response.
 *
 * The log line is written with the first part, and its duration is the time to that part. A response that breaks off has a second
 * line with status 500, the error, and the time to the end.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export function stream<C extends Contract & { readonly stream: string }>(
  contract: C,
  handler: StreamHandler<C>,
): StreamingHandler {
  const begun = new WeakMap<APIGatewayProxyEventV2, AsyncIterable<Part>>();
  const head = endpoint(contract as Contract, async (input) => {
    const result = await handler(input as unknown as Input<C>);
    const { body, headers, cookies } = result instanceof Reply ? result : new Reply(result);
    const parts = body[Symbol.asyncIterator]();
    begun.set(input.event, withFirst(await parts.next(), parts));
    return new Reply(undefined, { 'content-type': contract.stream, ...headers }, cookies);
  }) as (...args: Parameters<APIGatewayProxyHandlerV2>) => Promise<APIGatewayProxyStructuredResultV2>;

  return streaming(async (event, out, context) => {
    const startedAt = performance.now();
    const response = await head(event, context, () => {});
    if (isSmoke(event)) return void out.end(JSON.stringify(response));
    const { body, ...prelude } = response;
    out.setContentType('application/vnd.awslambda.http-integration-response');
    out.write(`${JSON.stringify(prelude)}${'\0'.repeat(8)}${body ?? ''}`);
    try {
      for await (const part of begun.get(event) ?? []) if (!out.write(part)) await once(out, 'drain');
    } catch (error) {
      logRequest({ contract, context, status: 500, startedAt, error, event });
      // The log has the error, without data of the client.
      throw new Error(`${contract.name} has broken off its response.`);
    }
    out.end();
  });
}

async function* withFirst(first: IteratorResult<Part>, rest: AsyncIterator<Part>): AsyncGenerator<Part> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

interface StreamedResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string;
}

/**
 * Reads the streamed HTTP response of a handler: JSON with status and headers, eight zero bytes, body.
 *
 * @throws what the handler throws
 */
export async function readStream(
  run: (out: awslambda.HttpResponseStream) => unknown,
): Promise<StreamedResponse> {
  const out = Object.assign(new PassThrough(), { setContentType: () => {} });
  const [written] = await Promise.all([
    text(out),
    Promise.try(run, out).catch((error) => {
      out.destroy(error);
      throw error;
    }),
  ]);
  const end = written.indexOf('\0'.repeat(8));
  return { ...JSON.parse(written.slice(0, end)), body: written.slice(end + 8) };
}

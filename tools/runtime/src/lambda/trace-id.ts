import { randomBytes } from 'node:crypto';

/**
 * Makes the trace id that Lambda gives to an untraced invocation.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  return `Root=1-${seconds}-${random(12)};Parent=${random(8)};Sampled=0`;
}

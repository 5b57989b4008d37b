import type { Contract } from '@nanoservices/endpoint';
import { isJson } from '@nanoservices/endpoint/gateway';

/** Form of a good response's body: a value as JSON, text, bytes, or a stream of bytes; undefined without a body. */
export type BodyForm = 'json' | 'text' | 'bytes' | 'stream';

/** @returns the form that a contract's `response`, `contentType` and `stream` declare */
export function bodyForm(contract: Contract): BodyForm | undefined {
  const { response, contentType = 'application/json', stream } = contract;
  if (stream) return 'stream';
  if (!response) return undefined;
  // z.instanceof(Uint8Array)
  if (response._zod.def.type === 'custom') return 'bytes';
  return isJson(contentType) ? 'json' : 'text';
}

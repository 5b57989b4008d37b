import type { Contract } from '@nanoservices/endpoint';
import { isJson } from '@nanoservices/endpoint/gateway';

/** Form of a good response's body: a value as JSON, text, or bytes; undefined without a body. */
export type BodyForm = 'json' | 'text' | 'bytes';

/** @returns the form that a contract's `response` and `contentType` declare */
export function bodyForm({ response, contentType = 'application/json' }: Contract): BodyForm | undefined {
  if (!response) return undefined;
  // z.instanceof(Uint8Array)
  if (response._zod.def.type === 'custom') return 'bytes';
  return isJson(contentType) ? 'json' : 'text';
}

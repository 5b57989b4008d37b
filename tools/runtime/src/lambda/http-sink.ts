import type { ServerResponse } from 'node:http';
import type { ResponseSink } from '../environment/streamed-response.ts';

/**
 * Hands a streamed response on to an HTTP client. A slow client makes the function wait; a client that has gone does not end
 * the function, as in Lambda.
 */
export class HttpSink implements ResponseSink {
  hasBegun = false;
  readonly #response: ServerResponse;
  readonly #onBegin: (contentType: string) => void;
  readonly #encode: (part: Uint8Array) => Uint8Array;

  /** @param encode - makes of a part what is sent */
  constructor(
    response: ServerResponse,
    onBegin: (contentType: string) => void,
    encode: (part: Uint8Array) => Uint8Array,
  ) {
    this.#response = response;
    this.#onBegin = onBegin;
    this.#encode = encode;
  }

  begin(contentType: string): void {
    this.hasBegun = true;
    this.#onBegin(contentType);
  }

  write(part: Uint8Array): Promise<void> | undefined {
    const response = this.#response;
    if (response.destroyed || response.write(this.#encode(part))) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }
}

import type { ServerResponse } from 'node:http';
import type { ResponseSink } from '../environment/streamed-response.ts';
import { HttpSink } from '../lambda/http-sink.ts';
import type { HttpResponse } from './http-response.ts';
import { delimiter, integrationResponse, streamedHead } from './streamed-head.ts';

/** Limit of status, headers and cookies. Without one, a response without zero bytes would be kept as a whole. */
const preludeLimitBytes = 64 * 1024;

/** The answer to a request whose function streams. Status and headers are sent as soon as the function has written them. */
export class StreamedAnswer implements ResponseSink {
  readonly #response: ServerResponse;
  readonly #complete: (head: HttpResponse) => HttpResponse;
  readonly #sink: HttpSink;
  #prelude = Buffer.alloc(0);
  /** Status and headers that were sent. */
  #head: HttpResponse | undefined;
  #hasBegun = false;
  #fault: string | undefined;

  /** @param complete - adds the headers of the gateway */
  constructor(response: ServerResponse, complete: (head: HttpResponse) => HttpResponse) {
    this.#response = response;
    this.#complete = complete;
    this.#sink = new HttpSink(
      response,
      () => {},
      (part) => part,
    );
  }

  /** The sent status; undefined before. */
  get statusCode(): number | undefined {
    return this.#head?.statusCode;
  }

  /** Reason why nothing was sent of a response that has begun. */
  get fault(): string | undefined {
    if (this.#head || !this.#hasBegun) return undefined;
    return this.#fault ?? 'the function ended its stream before status and headers';
  }

  begin(contentType: string): void {
    this.#hasBegun = true;
    if (contentType === integrationResponse) return;
    this.#send(() => ({ statusCode: 200, headers: [['content-type', contentType]], body: '' }));
  }

  write(part: Uint8Array): Promise<void> | undefined {
    if (this.#head) return this.#sink.write(part);
    if (this.#fault) return undefined;
    this.#prelude = Buffer.concat([this.#prelude, part]);
    const end = this.#prelude.indexOf(delimiter);
    if (end === -1) {
      if (this.#prelude.length > preludeLimitBytes)
        this.#fault = 'the function streams no status and headers';
      return undefined;
    }
    const rest = this.#prelude.subarray(end + delimiter.length);
    this.#send(() => streamedHead(this.#prelude.subarray(0, end).toString()));
    return this.#head && rest.length > 0 ? this.#sink.write(rest) : undefined;
  }

  /** Ends the response. Without its end, the client finds it incomplete. */
  end(isComplete: boolean): void {
    if (isComplete) this.#response.end();
    else this.#response.destroy();
  }

  /** Never throws, whatever the function has written: the caller is the channel of its sandbox, which nobody catches. */
  #send(makeHead: () => HttpResponse): void {
    try {
      const head = makeHead();
      const { statusCode, headers } = this.#complete(head);
      const own = headers.filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
      this.#response.writeHead(statusCode, own.flat());
      this.#response.flushHeaders();
      this.#head = head;
    } catch (error) {
      this.#fault = (error as Error).message;
    }
  }
}

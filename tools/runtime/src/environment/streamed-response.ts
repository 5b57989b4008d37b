/** Receiver of a streamed response. */
export interface ResponseSink {
  /** Called once, before the first part. */
  begin(contentType: string): void;
  /** @returns a promise while the receiver is slow: the function waits for it */
  write(part: Uint8Array): Promise<void> | undefined;
}

/**
 * A streamed response on its way from a sandbox to its receiver. Announcement, parts and end arrive on different channels, in
 * any order.
 */
export class StreamedResponse {
  readonly limitBytes: number;
  readonly #sink: ResponseSink;
  #contentType: string | undefined;
  /** The first part, when it overtakes the announcement. */
  #early: (() => void) | undefined;
  /** Lets the sandbox write on. */
  #taken: (() => void) | undefined;
  #receivedBytes = 0;
  #isThrottled = true;
  #isDiscarded = false;
  #isComplete: (() => void) | undefined;

  constructor(sink: ResponseSink, limitBytes: number) {
    this.#sink = sink;
    this.limitBytes = limitBytes;
  }

  begin(contentType: string): void {
    this.#contentType = contentType;
    this.#sink.begin(contentType);
    this.#writeEarly();
  }

  /** @param taken - called when the sandbox may write on */
  part(bytes: Uint8Array, taken: () => void): void {
    if (this.#contentType === undefined && !this.#isDiscarded) {
      this.#early = () => this.part(bytes, taken);
      return;
    }
    this.#receivedBytes += bytes.length;
    // The function writes on, to nobody.
    const slow =
      this.#isDiscarded || this.#receivedBytes > this.limitBytes ? undefined : this.#sink.write(bytes);
    if (slow && this.#isThrottled) {
      this.#taken = taken;
      void slow.then(() => this.#release());
    } else {
      taken();
    }
    this.#isComplete?.();
  }

  /** Waits for the rest of the response, which the function has written already: it does not wait for the receiver. */
  end(streamedBytes: number): Promise<void> {
    this.#isThrottled = false;
    return new Promise((resolve) => {
      this.#isComplete = () => {
        if (this.#receivedBytes >= streamedBytes) resolve();
      };
      this.#release();
      this.#isComplete();
    });
  }

  /** Drops the rest, so that a sandbox can be ended while its receiver is slow. */
  discard(): void {
    this.#isDiscarded = true;
    this.#writeEarly();
    this.#release();
  }

  /** Once: begin() and discard() both come. */
  #writeEarly(): void {
    const early = this.#early;
    this.#early = undefined;
    early?.();
  }

  #release(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }
}

/** A response that is kept until it is whole. */
export class BufferedResponse implements ResponseSink {
  #contentType: string | undefined;
  readonly #parts: Uint8Array[] = [];

  /** Undefined when nothing was streamed. */
  get contentType(): string | undefined {
    return this.#contentType;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  begin(contentType: string): void {
    this.#contentType = contentType;
  }

  write(part: Uint8Array): undefined {
    this.#parts.push(part);
  }
}

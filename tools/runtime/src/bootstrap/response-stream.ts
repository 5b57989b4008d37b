import { Writable, type WritableOptions } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Channel } from './channel.ts';
import { InvalidStreamingOperation } from './function-error.ts';

type WriteCallback = (error?: Error | null) => void;
type Part = string | Uint8Array;

/**
 * The stream that a streaming handler writes its response to. It holds the writer back while the receiver is slow.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export class ResponseStream extends Writable {
  /** Called with a way to write before the first part. AWS's HttpResponseStream uses it. */
  _onBeforeFirstWrite: ((write: (part: Part) => void) => void) | undefined;
  readonly #channel: Channel;
  #contentType = 'application/octet-stream';
  #isWritten = false;
  #isAnnounced = false;
  /** Bytes that were handed to the channel. */
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(channel: Channel, options: WritableOptions) {
    super(options);
    this.#channel = channel;
    // The end of the invocation reports errors.
    this.on('error', () => {});
  }

  /** @throws InvalidStreamingOperation after the first write */
  setContentType(contentType: string): void {
    if (this.#isWritten) {
      throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    }
    this.#contentType = contentType;
  }

  /** Writes a part. A value that is no text and no bytes is written as JSON, as nodejs24.x does. */
  override write(
    part: unknown,
    encoding?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean {
    const written = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
    if (!this.#isWritten) this._onBeforeFirstWrite?.((first) => void super.write(first));
    this.#isWritten = true;
    return super.write(written, encoding as BufferEncoding, callback);
  }

  override _write(part: Buffer, _encoding: BufferEncoding, callback: WriteCallback): void {
    this.#announce();
    this.#bytes += part.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay = promise;
    this.#channel.writePart(part, () => {
      resolve();
      callback();
    });
  }

  override _final(callback: WriteCallback): void {
    this.#announce();
    callback();
  }

  /** Takes no further part, and waits for those that were written. @returns the length of the response in bytes */
  async close(): Promise<number> {
    if (this.#isWritten && !this.destroyed) {
      this.end();
      await finished(this).catch(() => {});
    }
    this.destroy();
    await this.#underWay;
    return this.#bytes;
  }

  #announce(): void {
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    this.#channel.send({ type: 'stream', contentType: this.#contentType });
  }
}

import type { Readable } from 'node:stream';

/** A message over a byte stream. The body, which may be megabytes, is not escaped into the JSON of the other fields. */
export interface Framed {
  readonly type?: string;
  readonly body?: string;
}

const prefixBytes = 8;

/** Encodes a frame: lengths of head and body (four bytes each), head as JSON, body. */
export function encodeFrame({ body = '', ...head }: Framed): Buffer {
  const headText = JSON.stringify(head);
  const headBytes = Buffer.byteLength(headText);
  const bodyBytes = Buffer.byteLength(body);
  const frame = Buffer.allocUnsafe(prefixBytes + headBytes + bodyBytes);
  frame.writeUInt32BE(headBytes);
  frame.writeUInt32BE(bodyBytes, 4);
  frame.write(headText, prefixBytes);
  frame.write(body, prefixBytes + headBytes);
  return frame;
}

/** @param read - gives exactly the number of bytes that it is asked for */
export function decodeFrame(read: (bytes: number) => Buffer): Framed {
  const prefix = read(prefixBytes);
  const [headBytes, bodyBytes] = [prefix.readUInt32BE(), prefix.readUInt32BE(4)];
  const head = JSON.parse(read(headBytes).toString());
  return { ...head, body: read(bodyBytes).toString() };
}

/** Calls `receive` with every message that arrives. */
export function readFrames(stream: Readable, receive: (message: never) => void): void {
  let chunks: Buffer[] = [];
  let available = 0;
  /** Length of the arriving frame, once known. */
  let frameBytes: number | undefined;

  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    available += chunk.length;
    while (available >= (frameBytes ?? prefixBytes)) {
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      frameBytes = prefixBytes + all.readUInt32BE() + all.readUInt32BE(4);
      chunks = [all];
      if (available < frameBytes) return;
      let offset = 0;
      const message = decodeFrame((bytes) => {
        offset += bytes;
        return all.subarray(offset - bytes, offset);
      });
      available -= frameBytes;
      chunks = available > 0 ? [all.subarray(frameBytes)] : [];
      frameBytes = undefined;
      receive(message as never);
    }
  });
}

import type { Duplex } from 'node:stream';

/**
 * Messages over a byte stream: each is four bytes of length and that many bytes of JSON. Parent and child talk on a
 * pipe of their own, so nothing that a handler prints or sends can be taken for a message.
 */
export function writeFrame(stream: Duplex, message: unknown, written?: () => void): void {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length);
  body.copy(frame, 4);
  stream.write(frame, written);
}

/** Calls `receive` with every message that arrives. */
export function readFrames(stream: Duplex, receive: (message: never) => void): void {
  let chunks: Buffer[] = [];
  let available = 0;
  let wanted: number | undefined;

  const take = (size: number): Buffer => {
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks = all.length > size ? [all.subarray(size)] : [];
    available -= size;
    return all.subarray(0, size);
  };

  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    available += chunk.length;
    for (;;) {
      if (wanted === undefined) {
        if (available < 4) return;
        wanted = take(4).readUInt32BE();
      }
      if (available < wanted) return;
      const body = take(wanted);
      wanted = undefined;
      receive(JSON.parse(body.toString()) as never);
    }
  });
}

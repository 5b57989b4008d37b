/**
 * The program of an environment that is a process. Talks with the runtime on file descriptor 3, synchronously: while
 * it waits for an invocation nothing else runs, as in an environment that Lambda has frozen, and when the runtime is
 * gone, so is it.
 */
import { readSync, writeSync } from 'node:fs';
import { decodeFrame, encodeFrame } from '../environment/frames.ts';
import type { InvokeMessage } from '../environment/messages.ts';
import { serve } from './serve.ts';

const channel = 3;
const bundle = process.env.NANOSERVICES_BUNDLE as string;
delete process.env.NANOSERVICES_BUNDLE;

void serve(bundle, {
  next: () => decodeFrame(read) as InvokeMessage,
  send: (message) => write(encodeFrame(message)),
  memoryMb: () => process.resourceUsage().maxRSS / 1024,
});

function read(bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let offset = 0; offset < bytes; ) {
    const count = readSync(channel, buffer, offset, bytes - offset, null);
    if (count === 0) process.exit();
    offset += count;
  }
  return buffer;
}

function write(frame: Buffer): void {
  for (let offset = 0; offset < frame.length; ) {
    offset += writeSync(channel, frame, offset, frame.length - offset);
  }
}

/**
 * The program of an environment that is a process. It reads file descriptor 3 synchronously: while it waits for an
 * invocation nothing else runs, as in an environment that Lambda has frozen, and it ends with the runtime.
 */
import { readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { decodeFrame, encodeFrame } from '../environment/frames.ts';
import type { InvokeMessage } from '../environment/messages.ts';
import { serve } from './serve.ts';

const channel = 3;
/** File descriptor of streamed responses. Writes do not block: the function goes on while a receiver is slow. */
const responses = 4;
const bundle = process.env.NANOSERVICES_BUNDLE as string;
const isLogReadable = process.env.NANOSERVICES_READABLE_LOG === 'true';
delete process.env.NANOSERVICES_BUNDLE;
delete process.env.NANOSERVICES_READABLE_LOG;

/** Bytes that were read ahead: most invocations arrive in one piece. */
let ahead = Buffer.alloc(0);
const chunk = Buffer.allocUnsafeSlow(64 * 1024);

function read(bytes: number): Buffer {
  if (ahead.length >= bytes) {
    const whole = ahead.subarray(0, bytes);
    ahead = ahead.subarray(bytes);
    return whole;
  }
  const buffer = Buffer.allocUnsafe(bytes);
  for (let offset = ahead.copy(buffer); offset < bytes; ) {
    const count = readSync(channel, chunk);
    if (count === 0) process.exit();
    const wanted = Math.min(count, bytes - offset);
    offset += chunk.copy(buffer, offset, 0, wanted);
    // The next message comes after the answer to this one, so the chunk stays unchanged until then.
    ahead = chunk.subarray(wanted, count);
  }
  return buffer;
}

function write(frame: Buffer): void {
  for (let offset = 0; offset < frame.length; ) {
    offset += writeSync(channel, frame, offset, frame.length - offset);
  }
}

let responseSocket: Socket | undefined;

function writePart(part: Uint8Array, written: () => void): void {
  responseSocket ??= new Socket({ fd: responses, readable: false, writable: true });
  responseSocket.write(part, written);
}

void serve(bundle, {
  next: () => decodeFrame(read) as InvokeMessage,
  send: (message) => write(encodeFrame(message)),
  writePart,
  memoryMb: () => process.resourceUsage().maxRSS / 1024,
  isLogReadable,
});

/**
 * The program of an environment that is a thread. While it waits for an invocation, its event loop stands still, as in an
 * environment that Lambda has frozen.
 */
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { InvokeMessage } from '../environment/messages.ts';
import type { ThreadData } from '../environment/thread-sandbox.ts';
import { serve } from './serve.ts';

const { bundle, port, sent, responses, isLogReadable } = workerData as ThreadData;

/** Called when the runtime has taken the last part of a streamed response. */
let onTaken: () => void = () => {};

function writePart(part: Uint8Array, written: () => void): void {
  if (responses.listenerCount('message') === 0) responses.on('message', () => onTaken());
  onTaken = () => {
    responses.unref();
    written();
  };
  responses.ref();
  const copy = new Uint8Array(part);
  responses.postMessage(copy, [copy.buffer]);
}

// A process has one working directory, which a thread cannot change. Here it only says which one it would have.
process.cwd = () => dirname(bundle);
syncBuiltinESMExports();

void serve(bundle, {
  next: () => {
    for (;;) {
      const before = Atomics.load(sent, 0);
      const received = receiveMessageOnPort(port);
      if (received) return received.message as InvokeMessage;
      Atomics.wait(sent, 0, before);
    }
  },
  send: (message) => port.postMessage(message),
  writePart,
  memoryMb: () => {
    const { total_heap_size, external_memory } = getHeapStatistics();
    return (total_heap_size + external_memory) / 2 ** 20;
  },
  isLogReadable,
});

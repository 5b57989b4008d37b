/**
 * The program of an environment that is a thread. While it waits for an invocation, its event loop stands still, as in an
 * environment that Lambda has frozen.
 */
import { getHeapStatistics } from 'node:v8';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { InvokeMessage } from '../environment/messages.ts';
import type { ThreadData } from '../environment/thread-sandbox.ts';
import { serve } from './serve.ts';

const { bundle, port, sent, isLogReadable } = workerData as ThreadData;

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
  memoryMb: () => {
    const { total_heap_size, external_memory } = getHeapStatistics();
    return (total_heap_size + external_memory) / 2 ** 20;
  },
  isLogReadable,
});

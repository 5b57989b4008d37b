import { inspect } from 'node:util';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { lambdaTimeZone, lambdaVariables } from './lambda-variables.ts';
import type { SandboxMessage } from './messages.ts';
import { heapLimits } from './process-sandbox.ts';
import { exitError, outOfMemory, type Sandbox, type StartSandbox } from './sandbox.ts';

/** Start data of a thread. */
export interface ThreadData {
  readonly bundle: string;
  readonly port: MessageChannel['port1'];
  /** Counter of sent messages. The frozen thread waits on it. */
  readonly sent: Int32Array<SharedArrayBuffer>;
  readonly isLogReadable: boolean;
  /** Parts of streamed responses; an empty message in return when the next may follow. */
  readonly responses: MessageChannel['port1'];
}

/** @param bootstrap - the program to start; see bootstrapFile() */
export function startThread(bootstrap: string): StartSandbox {
  return (configuration, listener): Sandbox => {
    // A process has one time zone. Threads take it at their start, so the serving process must be in that of Lambda.
    process.env.TZ = lambdaTimeZone;
    const { port1, port2 } = new MessageChannel();
    const { port1: parts, port2: responses } = new MessageChannel();
    const sent = new Int32Array(new SharedArrayBuffer(4));
    const { oldSpaceMb, semiSpaceMb } = heapLimits(configuration);
    const { bundle, isLogReadable = false } = configuration;
    const workerData: ThreadData = { bundle, port: port2, sent, responses, isLogReadable };
    const worker = new Worker(bootstrap, {
      name: configuration.functionName,
      env: lambdaVariables(configuration),
      // Not the flags of this process.
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: oldSpaceMb, maxYoungGenerationSizeMb: 3 * semiSpaceMb },
      workerData,
      transferList: [port2, responses],
    });
    let exit = exitError(1);
    /** A thread in an endless loop answers no measurement: one at a time. */
    let measuring: Promise<number> | undefined;
    let isTerminating = false;
    worker.stdout.setEncoding('utf8').on('data', listener.output);
    worker.stderr.setEncoding('utf8').on('data', listener.output);
    port1.on('message', (message: SandboxMessage) => listener.message(message));
    const receivePart = (part: Uint8Array) => listener.part(part, () => parts.postMessage(undefined));
    parts.on('message', receivePart);
    // Anything may be thrown, null too.
    worker.once('error', (thrown: unknown) => {
      listener.output(typeof thrown === 'string' ? thrown : inspect(thrown));
      if (Object(thrown).code === 'ERR_WORKER_OUT_OF_MEMORY') exit = outOfMemory;
    });
    worker.once('exit', (code) => {
      // The end of a thread can overtake its last messages.
      for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
        listener.message(last.message);
      }
      for (let last = receiveMessageOnPort(parts); last; last = receiveMessageOnPort(parts)) {
        receivePart(last.message);
      }
      port1.close();
      parts.close();
      listener.exited(exit === outOfMemory ? exit : exitError(code));
    });
    return {
      send: (message) => {
        port1.postMessage(message);
        Atomics.add(sent, 0, 1);
        Atomics.notify(sent, 0);
      },
      memoryMb: () => {
        measuring ??= heapMb(worker).finally(() => {
          measuring = undefined;
        });
        return measuring;
      },
      kill: () => {
        // Each call would wait for the end once more.
        if (!isTerminating) void worker.terminate();
        isTerminating = true;
      },
    };
  };
}

/** The memory of a thread is V8's heap and its external memory, such as buffers. */
async function heapMb(worker: Worker): Promise<number> {
  try {
    const { total_heap_size, external_memory } = await worker.getHeapStatistics();
    return (total_heap_size + external_memory) / 2 ** 20;
  } catch {
    return 0;
  }
}

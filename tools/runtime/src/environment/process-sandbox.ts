import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { encodeFrame, readFrames } from './frames.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { lambdaVariables } from './lambda-variables.ts';
import { exitError, type Sandbox, type SandboxListener, type StartSandbox } from './sandbox.ts';

/** @param bootstrap - the program to start; see bootstrapFile() */
export function startProcess(bootstrap: string): StartSandbox {
  return (configuration, listener): Sandbox => {
    const child = spawn(process.execPath, [...memoryFlags(configuration), bootstrap], {
      cwd: dirname(configuration.bundle),
      env: {
        ...lambdaVariables(configuration),
        NANOSERVICES_BUNDLE: configuration.bundle,
        NANOSERVICES_READABLE_LOG: String(configuration.isLogReadable),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, stdout, stderr, channel, responses] = child.stdio as unknown as Pipes;
    stdout.setEncoding('utf8').on('data', listener.output);
    stderr.setEncoding('utf8').on('data', listener.output);
    // The channel breaks when the process ends during a write: 'close' reports it.
    channel.on('error', () => {});
    readFrames(channel, listener.message);
    receiveParts(responses, child, listener);
    child.once('error', (error) => {
      listener.output(`Cannot start ${process.execPath}: ${error.message}`);
      listener.exited(exitError(1));
    });
    // 'close', not 'exit': all output of the process must have been read.
    child.once('close', (code, signal) => listener.exited(exitError(signal ?? code ?? 1)));
    return {
      send: (message) => channel.write(encodeFrame(message)),
      memoryMb: () => residentMb(child.pid),
      kill: () => child.kill('SIGKILL'),
    };
  };
}

type Pipes = [stdin: null, stdout: Readable, stderr: Readable, channel: Duplex, responses: Duplex];

/** A slow receiver fills the pipe, and so holds the process back. What a process that has ended left there is read at once. */
function receiveParts(responses: Duplex, child: ChildProcess, listener: SandboxListener): void {
  let isRunning = true;
  responses.on('error', () => {});
  responses.on('data', (part: Buffer) => {
    if (isRunning) responses.pause();
    listener.part(part, () => responses.resume());
  });
  child.once('exit', () => {
    isRunning = false;
    responses.resume();
  });
}

/** @returns the shares of a function's memory that Lambda gives to V8's generations */
export function heapLimits({ memorySize }: FunctionConfiguration) {
  return {
    oldSpaceMb: Math.floor(memorySize * 0.9),
    semiSpaceMb: Math.max(1, Math.floor(memorySize * 0.05)),
  };
}

function memoryFlags(configuration: FunctionConfiguration): string[] {
  const { oldSpaceMb, semiSpaceMb } = heapLimits(configuration);
  return [`--max-old-space-size=${oldSpaceMb}`, `--max-semi-space-size=${semiSpaceMb}`];
}

/** Lambda limits the whole process, not only V8's heap. Without /proc (macOS), only the limit of the heap applies. */
function residentMb(pid: number | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}

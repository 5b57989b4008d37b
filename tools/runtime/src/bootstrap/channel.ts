import type { InvokeMessage, SandboxMessage } from '../environment/messages.ts';

/** The connection of an environment with the runtime. */
export interface Channel {
  /** Waits for the next invocation. Meanwhile the environment is frozen: nothing else runs. */
  next(): InvokeMessage;
  /** Sends a message synchronously, so that it is not lost when the environment ends. */
  send(message: SandboxMessage): void;
  /** Writes a part of a streamed response. @param written - called when the next part may follow */
  writePart(part: Uint8Array, written: () => void): void;
  /** @returns the peak memory in megabytes */
  memoryMb(): number;
  /** The log is for a person. */
  readonly isLogReadable: boolean;
}

import { spawn } from 'node:child_process';
import { treeMemoryMb } from '@nanoservices/report/measure';

/** The run of a command. */
export interface WatchedRun {
  readonly seconds: number;
  /** The peak memory of the process and all its descendants (PSS), measured twice a second. Linux only. */
  readonly peakMb: number;
  readonly exitCode: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs a Node program to its end, and watches its memory. */
export async function watchedRun(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<WatchedRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, treeMemoryMb(child.pid as number));
  }, 500);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { seconds: (performance.now() - startedAt) / 1000, peakMb, exitCode, output };
}

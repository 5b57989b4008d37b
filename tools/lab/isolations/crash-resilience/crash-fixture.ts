import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionConfiguration } from '@nanoservices/runtime/environment';
import { type Crash, crashing, later } from '../../testbed/crashes.ts';

/** Subjects under test. `fused` is the crashing endpoint and its neighbour in one function, in processes. */
export const subjects = ['process', 'thread', 'fused'] as const;
export type Subject = (typeof subjects)[number];

/** The functions for one crash, and the repair of the crashing one. */
export interface CrashFixture {
  readonly functions: readonly FunctionConfiguration[];
  readonly crashing: { readonly functionName: string; readonly event: { readonly crash?: true } };
  readonly neighbour: { readonly functionName: string; readonly event: object };
  /** Makes the next start succeed. @returns the functions to replace */
  repair(): readonly FunctionConfiguration[];
}

/** The two endpoints, as files. */
export interface CrashFiles {
  readonly crashing: string;
  readonly neighbour: string;
}

/** Writes a crashing endpoint and a neighbour into a folder. */
export function writeCrashFiles(crash: Crash, folder: string): CrashFiles {
  mkdirSync(folder, { recursive: true });
  const write = writerTo(folder);
  write('crash', 'yes');
  return {
    crashing: write('crashing.mjs', crash.source),
    neighbour: write('neighbour.mjs', `export const handler = async () => { ${later(5)}; return 'alive'; };`),
  };
}

const writerTo = (folder: string) => (file: string, text: string) => {
  writeFileSync(join(folder, file), text);
  return join(folder, file);
};

/** The functions for a crash, in the isolation of the subject. */
export function crashFixture(subject: Subject, crash: Crash, folder: string): CrashFixture {
  writeCrashFiles(crash, folder);
  const write = writerTo(folder);
  // Like the generated entry of a unit, for endpoints without routes.
  const fused = (file: string) =>
    `import { handler as crashing } from './${file}';
     import { handler as neighbour } from './neighbour.mjs';
     export const handler = (event) => (event.isNeighbour ? neighbour(event) : crashing(event));`;
  write('fused.mjs', fused('crashing.mjs'));
  const configure = (functionName: string, file: string, timeout = 10): FunctionConfiguration => ({
    functionName,
    bundle: join(folder, file),
    isolation: subject === 'thread' ? 'thread' : 'process',
    memorySize: crash.name === 'out of memory' ? 128 : 192,
    timeout,
    environment: {},
    logFormat: 'Text',
  });
  const isFused = subject === 'fused';
  const [crashingName, neighbourName] = isFused ? ['both', 'both'] : ['crashing', 'neighbour'];
  const crashingFunction = (edition: string) =>
    configure(crashingName, `${isFused ? 'fused' : 'crashing'}${edition}.mjs`, crash.timeout);
  return {
    functions: [crashingFunction(''), ...(isFused ? [] : [configure(neighbourName, 'neighbour.mjs')])],
    crashing: { functionName: crashingName, event: { crash: true } },
    neighbour: { functionName: neighbourName, event: { isNeighbour: true } },
    repair: () => {
      write('crash', 'no');
      if (!crash.needsNewCode) return [];
      write('crashing-2.mjs', crashing(''));
      write('fused-2.mjs', fused('crashing-2.mjs'));
      return [crashingFunction('-2')];
    },
  };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Death, later, mortal } from '@nanoservices/runtime/deaths';
import type { LambdaFunction } from '@nanoservices/runtime/lambda';

/** `fused` is the mortal endpoint and its neighbour in one function, in processes. */
export const casts = ['process', 'thread', 'fused'] as const;
export type Cast = (typeof casts)[number];

/** The functions of a scene, and how the one that dies is healed. */
export interface Scene {
  readonly functions: readonly LambdaFunction[];
  readonly mortal: { readonly functionName: string; readonly event: { readonly die?: true } };
  readonly neighbour: { readonly functionName: string; readonly event: object };
  /** Makes the next start good. @returns functions to put anew */
  heal(): readonly LambdaFunction[];
}

/** The two endpoints, as files. */
export interface SceneFiles {
  readonly mortal: string;
  readonly neighbour: string;
}

/** Writes an endpoint that dies and one that does not into a folder of their own. */
export function writeScene(death: Death, folder: string): SceneFiles {
  mkdirSync(folder, { recursive: true });
  const write = writerTo(folder);
  write('die', 'yes');
  return {
    mortal: write('mortal.mjs', death.source),
    neighbour: write('neighbour.mjs', `export const handler = async () => { ${later(5)}; return 'alive'; };`),
  };
}

const writerTo = (folder: string) => (file: string, text: string) => {
  writeFileSync(join(folder, file), text);
  return join(folder, file);
};

/** The scene as functions, in the isolation of the cast. */
export function sceneOf(cast: Cast, death: Death, folder: string): Scene {
  writeScene(death, folder);
  const write = writerTo(folder);
  // What the generated entry of a unit does with an event, for endpoints without routes.
  const fused = (dying: string) =>
    `import { handler as mortal } from './${dying}';
     import { handler as neighbour } from './neighbour.mjs';
     export const handler = (event) => (event.isNeighbour ? neighbour(event) : mortal(event));`;
  write('fused.mjs', fused('mortal.mjs'));
  const configure = (functionName: string, file: string, timeout = 10): LambdaFunction => ({
    functionName,
    bundle: join(folder, file),
    isolation: cast === 'thread' ? 'thread' : 'process',
    memorySize: death.name === 'out of memory' ? 128 : 192,
    timeout,
    environment: {},
    logFormat: 'Text',
  });
  const mortalName = cast === 'fused' ? 'both' : 'mortal';
  const neighbourName = cast === 'fused' ? 'both' : 'neighbour';
  const dying = (file: string) =>
    configure(mortalName, cast === 'fused' ? `fused${file}` : `mortal${file}`, death.timeout);
  return {
    functions: [dying('.mjs'), ...(cast === 'fused' ? [] : [configure(neighbourName, 'neighbour.mjs')])],
    mortal: { functionName: mortalName, event: { die: true } },
    neighbour: { functionName: neighbourName, event: { isNeighbour: true } },
    heal: () => {
      write('die', 'no');
      if (!death.needsNewCode) return [];
      write('mortal-2.mjs', mortal(''));
      write('fused-2.mjs', fused('mortal-2.mjs'));
      return [dying('-2.mjs')];
    },
  };
}

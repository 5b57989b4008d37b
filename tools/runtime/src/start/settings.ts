import type { Cors } from '@nanoservices/platform/stage';
import { readApiSettings } from '@nanoservices/workspace/api-settings';
import {
  type Packing,
  readTopologyFile,
  type TopologyFile,
  topologyFile,
} from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { Isolation } from '../environment/sandbox.ts';
import type { JwtSettings } from '../tokens/token-verifier.ts';

/** What the workspace says about how it is run. */
export interface Settings {
  readonly topology: TopologyFile;
  isolationOf(functionName: string): Isolation;
  readonly cors: Cors | undefined;
  /** Whose tokens are taken, where it is not the local issuer. */
  readonly jwt: JwtSettings | undefined;
}

/**
 * Reads functions/topology.json and functions/api.json; both may be absent.
 *
 * @throws UsageError that names the file, the key and the choices
 */
export function readSettings(workspaceRoot: string, { endpoints, units }: Packing): Settings {
  const topology = readTopologyFile(workspaceRoot);
  const { isolation = {} } = topology;
  const byName: Record<string, Isolation> = typeof isolation === 'string' ? { '*': isolation } : isolation;
  const names = [...endpoints, ...units].map(({ name }) => name);
  const unknown = Object.keys(byName).find((name) => name !== '*' && !names.includes(name));
  if (unknown) {
    throw new UsageError(
      `${topologyFile}: "isolation" names "${unknown}", which is no function. There are: *, ${names.join(', ')}.`,
    );
  }
  const { cors, jwt } = readApiSettings(workspaceRoot);
  return { topology, isolationOf: (name) => byName[name] ?? byName['*'] ?? 'process', cors, jwt };
}

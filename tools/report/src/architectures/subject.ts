import type { Contract } from '@nanoservices/endpoint';
import { readContracts } from '@nanoservices/workspace/contract-file';
import { readFunction, type WorkspaceFunction } from '@nanoservices/workspace/function-settings';
import {
  type Packing,
  packFunctions,
  readPacking,
  readTopologyFile,
  type TopologyFile,
  topologyFile,
} from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { type SafeRequest, safeRequests } from '../load/requests.ts';
import { readTraffic, type Traffic } from '../traffic/traffic-file.ts';
import type { ReportOptions } from './options.ts';

/** A topology of the workspace, with its functions. */
export interface Topology {
  readonly name: string;
  readonly isActive: boolean;
  readonly functions: readonly WorkspaceFunction[];
}

/** What a report is about: a workspace, as its files are now. */
export interface Subject {
  readonly workspaceRoot: string;
  readonly packing: Packing;
  readonly contracts: ReadonlyMap<string, Contract>;
  /** Those to be measured. */
  readonly topologies: readonly Topology[];
  /** The others of functions/topology.json, if they are right. */
  readonly others: readonly Topology[];
  readonly traffic: Traffic;
  /** What can be asked without changing anything. */
  readonly requests: readonly SafeRequest[];
  /** As API Gateway names it: `GET /users/{userId}`. */
  routeOf(endpoint: string): string;
}

/** @throws UsageError when a file of the workspace is wrong, or a topology or traffic file is named that there is not */
export async function readSubject(
  workspaceRoot: string,
  options: Pick<ReportOptions, 'topologies' | 'traffic'>,
): Promise<Subject> {
  const packing = readPacking(workspaceRoot);
  if (packing.endpoints.length === 0) {
    throw new UsageError('There is no endpoint (functions/*/*/src/handler.ts). Make one: npx nx g endpoint');
  }
  const file = readTopologyFile(workspaceRoot);
  const all = Object.keys(file.topologies);
  const unknown = options.topologies?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--topologies: ${topologyFile} has no "${unknown}". There are: ${all.join(', ')}.`);
  }
  const contracts = await readContracts(workspaceRoot, packing);
  const traffic = readTraffic(
    workspaceRoot,
    packing.endpoints.map(({ name }) => name),
    options.traffic,
  );
  const wanted = options.topologies ?? all;
  const read = (name: string) => readTopology(workspaceRoot, packing, file, name);
  return {
    workspaceRoot,
    packing,
    contracts,
    topologies: wanted.map(read),
    others: all.filter((name) => !wanted.includes(name)).flatMap((name) => rightOrNone(() => read(name))),
    traffic,
    requests: safeRequests(workspaceRoot, contracts, traffic),
    routeOf: (endpoint) => {
      const { method, path } = contracts.get(endpoint) as Contract;
      return `${method} ${path}`;
    },
  };
}

/** @throws UsageError when there is no such topology, or it is wrong */
export function readTopology(
  workspaceRoot: string,
  packing: Packing,
  file: TopologyFile,
  name: string,
): Topology {
  return {
    name,
    isActive: name === (process.env.NANO_TOPOLOGY || file.active),
    functions: packFunctions(packing, file, name).map((packed) => readFunction(packed, workspaceRoot)),
  };
}

function rightOrNone(read: () => Topology): Topology[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

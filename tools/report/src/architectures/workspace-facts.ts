import { readFunction } from '@nanoservices/workspace/function-settings';
import type { EndpointFacts, Facts } from '../advice/facts.ts';
import { fitInit, membersKey } from '../advice/facts.ts';
import type { Bundle } from '../bundles/bundle.ts';
import { median } from '../figure.ts';
import { effectiveChanges } from '../history/read-history.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject } from './subject.ts';

/** Of an endpoint that was not asked, where no other was either. */
const assumedServiceMs = 10;

/** What the measurements say of each endpoint, for judging other topologies than the measured ones. */
export function workspaceFacts(subject: Subject, measurements: Measurements): Facts {
  const { packing, contracts, traffic, workspaceRoot } = subject;
  const runs = [...measurements.runs.values()].flat();
  const serviceMs = (name: string) => runs.flatMap(({ service }) => service.get(name) ?? []);
  const all = runs.flatMap(({ service }) => [...service.values()]);
  const typicalMs = all.length === 0 ? assumedServiceMs : median(all);
  const endpoints = packing.endpoints.map((endpoint): EndpointFacts => {
    const contract = contracts.get(endpoint.name);
    const bundle = measurements.endpoints.find(({ name }) => name === endpoint.name) as Bundle;
    const own = serviceMs(endpoint.name);
    const packed = { ...endpoint, kind: 'endpoint' as const, endpoints: [endpoint] };
    return {
      name: endpoint.name,
      root: endpoint.root,
      serviceSeconds: (own.length === 0 ? typicalMs : median(own)) / 1000,
      calls: contract?.calls.map(({ name }) => name) ?? [],
      memoryMb: readFunction(packed, workspaceRoot).memorySize,
      grants: contract?.database ?? {},
      parts: bundle.parts,
      code: bundle.code,
    };
  });
  return {
    endpoints,
    ...changesOf(measurements, endpoints),
    init: fitInit(initPoints(measurements)),
    unitMemoryMb: new Map(
      packing.units.map((unit) => {
        const { memorySize } = readFunction({ ...unit, kind: 'unit' }, workspaceRoot);
        return [membersKey(unit.endpoints), memorySize];
      }),
    ),
    traffic,
  };
}

/** Past changes of today's endpoints; without a history, each of them once. */
function changesOf(
  { history }: Measurements,
  endpoints: readonly EndpointFacts[],
): Pick<Facts, 'changes' | 'areChangesKnown'> {
  const some = effectiveChanges(history, endpoints).map(
    ({ changed }) => new Set(endpoints.map(({ name }) => name).filter((name) => changed.has(name))),
  );
  const areChangesKnown = some.length > 0;
  return { changes: areChangesKnown ? some : endpoints.map(({ name }) => new Set([name])), areChangesKnown };
}

function initPoints({ builds, runs }: Measurements): { bytes: number; seconds: number }[] {
  return [...runs].flatMap(([topology, all]) => {
    const bundles = builds.get(topology)?.[0]?.bundles ?? [];
    return all.flatMap(({ inits }) =>
      bundles.flatMap(({ name, code }) => {
        const ms = inits.get(name);
        return ms === undefined ? [] : [{ bytes: code.length, seconds: ms / 1000 }];
      }),
    );
  });
}

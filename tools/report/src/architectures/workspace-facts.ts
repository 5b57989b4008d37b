import { mayBePacked, type Workspace } from '@nanoservices/model';
import { type EndpointFacts, type Facts, fitInit, membersKey } from '../advice/facts.ts';
import type { Bundle } from '../bundles/bundle.ts';
import { median } from '../figure.ts';
import { effectiveChanges } from '../history/read-history.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject } from './subject.ts';

/** Service time of endpoints if none could be measured. */
const assumedServiceMs = 10;

/** Facts about each endpoint from the measurements, to score topologies that nobody has built. */
export function workspaceFacts({ workspace, traffic }: Subject, measurements: Measurements): Facts {
  const runs = [...measurements.runs.values()].flat();
  const all = runs.flatMap(({ service }) => [...service.values()]);
  const typicalMs = all.length === 0 ? assumedServiceMs : median(all);
  const endpoints = workspace.endpoints.map(({ name }): EndpointFacts => {
    const { settings, grants } = workspace.functionNamed(name);
    const { parts, code } = measurements.endpoints.find((one) => one.name === name) as Bundle;
    const serviceMs = runs.flatMap(({ service }) => service.get(name) ?? []);
    return {
      name,
      serviceSeconds: (serviceMs.length === 0 ? typicalMs : median(serviceMs)) / 1000,
      calls: workspace.facts.get(name)?.calls ?? [],
      memoryMb: settings.memorySize,
      grants,
      parts,
      code,
    };
  });
  return {
    endpoints,
    ...changesOf(measurements, endpoints),
    init: fitInit(initPoints(measurements)),
    unitMemoryMb: new Map(
      workspace.units.map((unit) => [
        membersKey(unit.endpoints),
        workspace.functionNamed(unit.name).settings.memorySize,
      ]),
    ),
    traffic,
    contradict: contradictions(workspace),
  };
}

/** @returns undefined when all could be in one function: then any could */
function contradictions({ endpoints }: Workspace): Facts['contradict'] {
  if (mayBePacked(endpoints)) return undefined;
  const byName = new Map(endpoints.map((one) => [one.name, one]));
  return (members) => !mayBePacked(members.flatMap(({ name }) => byName.get(name) ?? []));
}

/** Past changes of today's endpoints; without a history, one change of each endpoint. */
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

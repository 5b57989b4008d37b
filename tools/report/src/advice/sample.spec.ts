import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import { packFunctions, readPacking, readTopologyFile } from '@nanoservices/workspace/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSubject, type Subject } from '../architectures/subject.ts';
import { workspaceFacts } from '../architectures/workspace-facts.ts';
import { type Bundle, bundleGroups } from '../bundles/bundle.ts';
import { bruteForce } from '../testing/brute-force.ts';
import { bestGrouping } from './best-grouping.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { totalScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import { objective } from './objective.ts';
import { topologyLines } from './topology-lines.ts';

describe('the proposal for this workspace', () => {
  const workspace = new WorkspaceCopy();
  let subject: Subject;
  let facts: Facts;
  beforeAll(async () => {
    subject = await readSubject(workspace.root, { topologies: undefined, traffic: undefined });
    const alone = subject.packing.endpoints.map((endpoint) => ({
      name: endpoint.name,
      endpoints: [endpoint],
    }));
    const endpoints: Bundle[] = await bundleGroups(workspace.root, alone, subject.routeOf);
    facts = workspaceFacts(subject, {
      builds: new Map(),
      runs: new Map(),
      crashes: undefined,
      victim: undefined,
      endpoints,
      history: undefined,
    });
  });
  afterAll(() => workspace.delete());

  it('is the best of all groupings, found exactly and by climbing', () => {
    // 27,644,437 groupings of thirteen endpoints: with more there are too many to look at.
    const some = { ...facts, endpoints: facts.endpoints.slice(0, 13) };
    const judge = objective(some);
    const score = (members: readonly number[]) =>
      judge.score(members.map((index) => some.endpoints[index] as EndpointFacts));
    const indexOf = ({ name }: EndpointFacts) => some.endpoints.findIndex((one) => one.name === name);
    const best = bruteForce(some.endpoints.length, score);
    const { groups, isExact } = bestGrouping(some, judge, []);
    expect(isExact).toBe(true);
    expect(
      totalScore(
        groups.map((group) => group.map(indexOf)),
        score,
      ),
    ).toBeCloseTo(best.score, 9);
    const climbed = heuristicSearch(some.endpoints.length, score, 300);
    expect(totalScore(climbed ?? [], score)).toBeCloseTo(best.score, 9);
  }, 120_000);

  it('packs the workspace in its groups when its lines are written down', () => {
    const { groups } = bestGrouping(facts, objective(facts), []);
    const { units, manifests } = topologyLines(groups, subject.packing);
    for (const [path, text] of manifests) {
      expect(readdirSync(join(workspace.root, 'functions'))).not.toContain(
        dirname(path).replace('functions/', ''),
      );
      workspace.write(path, text);
    }
    const file = JSON.parse(readFileSync(join(workspace.root, 'functions/topology.json'), 'utf8'));
    file.topologies.proposed = units;
    workspace.write('functions/topology.json', JSON.stringify(file));
    const packed = packFunctions(readPacking(workspace.root), readTopologyFile(workspace.root), 'proposed');
    const names = (all: readonly { readonly name: string }[]) =>
      all
        .map(({ name }) => name)
        .sort()
        .join();
    expect(packed.map(({ endpoints }) => names(endpoints)).sort()).toEqual(groups.map(names).sort());
  });

  it('uses the units that there are', () => {
    const users = facts.endpoints.filter(({ root }) => root.startsWith('functions/users/'));
    const others = facts.endpoints.filter((one) => !users.includes(one)).map((one) => [one]);
    const { units, manifests } = topologyLines([users, ...others], subject.packing);
    expect(units).toEqual(['users']);
    expect(manifests.size).toBe(0);
  });

  it('has a name that no topology has', () => {
    const name = (topologies: string[]) => topologyLines([], subject.packing, topologies).topology;
    expect(name(['nano'])).toBe('proposed');
    expect(name(['nano', 'proposed', 'proposed-2'])).toBe('proposed-3');
  });
});

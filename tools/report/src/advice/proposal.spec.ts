import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readSubject, type Subject } from '../architectures/subject.ts';
import { workspaceFacts } from '../architectures/workspace-facts.ts';
import { type Bundle, bundleFunctions } from '../bundles/bundle.ts';
import { bruteForce } from '../testing/brute-force.ts';
import { shopWorkspace } from '../testing/shop-workspace.ts';
import { bestGrouping } from './best-grouping.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { totalScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import { objective } from './objective.ts';
import { topologyLines } from './topology-lines.ts';

describe('the proposal for a workspace', () => {
  const copy = shopWorkspace();
  let subject: Subject;
  let facts: Facts;
  beforeAll(async () => {
    subject = await readSubject(copy.root, { topologies: undefined, traffic: undefined });
    const alone = subject.workspace.endpoints.map(({ name }) => subject.workspace.functionNamed(name));
    facts = workspaceFacts(subject, {
      builds: new Map(),
      runs: new Map(),
      crashes: undefined,
      crashedEndpoint: undefined,
      endpoints: await bundleFunctions(copy.root, alone),
      history: undefined,
    });
  });
  afterAll(() => copy.delete());

  it('is the best of all groupings, found exactly and by hill climbing', () => {
    // 27,644,437 groupings.
    expect(facts.endpoints.length).toBe(13);
    const candidates = objective(facts);
    const score = (members: readonly number[]) =>
      candidates.score(members.map((index) => facts.endpoints[index] as EndpointFacts));
    const indexOf = ({ name }: EndpointFacts) => facts.endpoints.findIndex((one) => one.name === name);
    const best = bruteForce(facts.endpoints.length, score);
    const { groups, isExact } = bestGrouping(facts, candidates, []);
    expect(isExact).toBe(true);
    expect(
      totalScore(
        groups.map((group) => group.map(indexOf)),
        score,
      ),
    ).toBeCloseTo(best.score, 9);
    const climbed = heuristicSearch(facts.endpoints.length, score, 300);
    expect(totalScore(climbed ?? [], score)).toBeCloseTo(best.score, 9);
  });

  it('packs the workspace in its groups when its lines are written down', async () => {
    const { groups: proposed } = bestGrouping(facts, objective(facts), []);
    // Groups that need new units: endpoints of one resource, and of two.
    const [orders, mixed] = [
      ['get-order', 'list-orders'],
      ['add-item', 'create-customer'],
    ];
    const named = (names: readonly string[] = []) =>
      facts.endpoints.filter(({ name }) => names.includes(name));
    const others = facts.endpoints.filter(
      ({ name }) => ![...(orders ?? []), ...(mixed ?? [])].includes(name),
    );
    const fused = [named(orders), named(mixed), ...others.map((one) => [one])];
    for (const groups of [proposed, fused]) {
      const { topology, units, manifests } = topologyLines(groups, await readWorkspace(copy.root));
      for (const [path, text] of manifests) {
        expect(existsSync(join(copy.root, dirname(path)))).toBe(false);
        expect(JSON.parse(text).name).toMatch(/^@shop\/(?:orders|customers|fused)-\d$/);
        copy.write(path, text);
      }
      const file = JSON.parse(readFileSync(join(copy.root, 'functions/topology.json'), 'utf8'));
      file.topologies[topology] = units;
      copy.write('functions/topology.json', JSON.stringify(file));
      const packed = (await readWorkspace(copy.root)).pack(topology);
      const names = (all: readonly { readonly name: string }[]) =>
        all
          .map(({ name }) => name)
          .sort()
          .join();
      expect(packed.functions.map(({ endpoints }) => names(endpoints)).sort()).toEqual(
        groups.map(names).sort(),
      );
    }
  });

  it('uses existing units', () => {
    const { workspace } = subject;
    const orders = workspace.units.find(({ name }) => name === 'orders')?.endpoints ?? [];
    const others = workspace.endpoints.filter((one) => !orders.includes(one)).map((one) => [one]);
    const { units, manifests } = topologyLines([orders, ...others], workspace);
    expect(units).toEqual(['orders']);
    expect(manifests.size).toBe(0);
  });

  it('has a name that no topology has', () => {
    const name = (...names: string[]) => {
      const topologies = Object.fromEntries(names.map((one) => [one, []]));
      return topologyLines([], { ...subject.workspace, topologies: { active: 'nano', topologies } }).topology;
    };
    expect(name('nano')).toBe('proposed');
    expect(name('nano', 'proposed', 'proposed-2')).toBe('proposed-3');
  });

  it('never has endpoints together whose settings contradict each other, unless a unit decides', async () => {
    const own = shopWorkspace();
    onTestFinished(() => own.delete());
    const contradicting = ['get-order', 'list-orders'];
    const giveName = (root: string) => {
      const manifest = JSON.parse(readFileSync(join(own.root, root, 'package.json'), 'utf8'));
      own.write(
        `${root}/package.json`,
        JSON.stringify({ ...manifest, lambda: { environment: { NAME: root } } }),
      );
    };
    for (const name of contradicting) giveName(`functions/orders/${name}`);
    for (const { root } of (await readWorkspace(own.root)).units) giveName(root);
    const changed = await readSubject(own.root, { topologies: undefined, traffic: undefined });
    const found = workspaceFacts(changed, {
      builds: new Map(),
      runs: new Map(),
      crashes: undefined,
      crashedEndpoint: undefined,
      endpoints: facts.endpoints.map(({ name, parts, code }) => ({ name, parts, code }) as Bundle),
      history: undefined,
    });
    const { score } = objective(found);
    const named = (names: readonly string[]) => found.endpoints.filter(({ name }) => names.includes(name));
    expect(facts.contradict).toBeUndefined();
    expect(score(named(contradicting))).toBe(Number.POSITIVE_INFINITY);
    expect(score(named(['get-order', 'get-customer']))).toBeLessThan(Number.POSITIVE_INFINITY);
    const unit = changed.workspace.units.find(({ name }) => name === 'orders')?.endpoints ?? [];
    expect(unit.length).toBeGreaterThan(2);
    expect(score(named(unit.map(({ name }) => name)))).toBeLessThan(Number.POSITIVE_INFINITY);
    const { groups } = bestGrouping(
      { ...found, traffic: { ...found.traffic, limits: { ...found.traffic.limits, functions: 2 } } },
      objective(found),
      [],
    );
    expect(groups.length).toBe(2);
    expect(
      groups.some((group) => contradicting.every((name) => group.some((one) => one.name === name))),
    ).toBe(false);
  });
});

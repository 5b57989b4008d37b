import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFacts } from '../testing/random-facts.ts';
import { type EndpointFacts, type Facts, fitInit } from './facts.ts';
import { addUp, groupJudge, secondsPerMonth } from './group-figures.ts';
import { objective } from './objective.ts';

describe('the figures of a function', () => {
  it('never lose an invocation: in one function a call is part of its caller, in two it is one more', () => {
    fc.assert(
      fc.property(randomFacts({ least: 2, most: 8 }), (facts) => {
        const judge = groupJudge(facts);
        const together = judge(facts.endpoints);
        const apart = addUp(facts.endpoints.map((one) => judge([one])));
        const outside = facts.traffic.rates.values().reduce((sum, rate) => sum + rate, 0);
        const api = (outside * secondsPerMonth * facts.traffic.prices.usdPerMillionApiRequests) / 1e6;
        expect(together.cost).toBeGreaterThan(api);
        expect(apart.cost).toBeGreaterThan(api);
        expect(apart.lostToOthers).toBe(0);
        expect(apart.excessPrivileges).toBe(0);
        expect(together.bytes).toBeLessThanOrEqual(apart.bytes);
        expect(together.redeployed).toBeLessThanOrEqual(1);
        expect(together.endpointsRedeployed).toBeGreaterThanOrEqual(apart.endpointsRedeployed - 1e-9);
      }),
    );
  });

  it('are what they are counted to be by hand', () => {
    const endpoint = (name: string, calls: readonly string[]): EndpointFacts => ({
      name,
      root: `functions/x/${name}`,
      serviceSeconds: 0.1,
      calls,
      memoryMb: 1024,
      grants: { 'x.x': name === 'a' ? ['select'] : ['select', 'insert'] },
      parts: new Map([['lib', 900]]),
      code: { length: 1000 },
    });
    const [a, b] = [endpoint('a', ['b']), endpoint('b', [])];
    const facts = {
      endpoints: [a, b],
      changes: [new Set(['a']), new Set(['a', 'b'])],
      areChangesKnown: true,
      init: { fixedSeconds: 0.5, secondsPerByte: 0 },
      unitMemoryMb: new Map(),
      traffic: {
        rates: new Map([
          ['a', 1],
          ['b', 3],
        ]),
        paths: new Map(),
        idleSeconds: 1e9,
        durationFactor: 2,
        architecture: 'arm64' as const,
        prices: { usdPerMillionRequests: 1, usdPerGbSecond: 1e-6, usdPerMillionApiRequests: 0, source: '' },
        weights: { cost: 1, coldStarts: 1, changes: 1, crashes: 1, privileges: 1, bytes: 1 },
        limits: { functions: 300, endpointsPerFunction: 300, bytesPerFunction: 1e6 },
        file: undefined,
      },
    };
    const judge = groupJudge(facts);
    const month = (invocations: number) =>
      secondsPerMonth * (invocations * 1e-6 + invocations * 0.2005 * 1e-6);
    // b is invoked by its own three requests, and by each of a's. The inversion leaves a rest in the seventh digit.
    expect(judge([b]).cost).toBeCloseTo(month(4), 5);
    expect(judge([a]).cost).toBeCloseTo(month(1), 5);
    expect(judge([a, b]).cost).toBeCloseTo(month(4), 5);
    expect(judge([a, b])).toMatchObject({
      redeployed: 1,
      endpointsRedeployed: 2,
      excessPrivileges: 0.5,
      bytes: 1000,
    });
    expect(judge([b])).toMatchObject({ redeployed: 0.5, endpointsRedeployed: 0.5, lostToOthers: 0 });
    // When either fails, the other's requests are lost: a quarter or three of them.
    expect(judge([a, b]).lostToOthers).toBeCloseTo((0.25 + 0.75) / 2, 9);
  });

  it('are of a unit with the memory that its package.json says', () => {
    const [facts] = fc.sample(randomFacts({ least: 3, most: 3 }), { numRuns: 1, seed: 1 }) as [Facts];
    const [one, two, three] = facts.endpoints as [EndpointFacts, EndpointFacts, EndpointFacts];
    const unitMemoryMb = new Map([['endpoint-0,endpoint-1', 4096]]);
    const judge = groupJudge({ ...facts, unitMemoryMb });
    const without = groupJudge(facts);
    expect(judge([two, one]).cost).toBe(without([two, one], 4096).cost);
    expect(judge([two, one]).cost).toBeGreaterThan(without([two, one]).cost);
    expect(judge([one, three]).cost).toBe(without([one, three]).cost);
  });

  it('add up to a score of 0 at the better extreme, and are refused beyond a limit', () => {
    fc.assert(
      fc.property(randomFacts({ least: 2, most: 6 }), (facts) => {
        const judge = objective(facts);
        const apart = judge.scoreOf(addUp(facts.endpoints.map((one) => judge.figures([one]))));
        const together = judge.scoreOf(judge.figures(facts.endpoints));
        expect(Math.min(apart, together)).toBeGreaterThanOrEqual(-1e-9);
        const isBeyond = facts.endpoints.length > facts.traffic.limits.endpointsPerFunction;
        expect(Number.isFinite(judge.score(facts.endpoints))).toBe(!isBeyond);
      }),
    );
  });
});

describe('the model of inits', () => {
  it('is the line through them, and level where they say nothing', () => {
    const line = fitInit([
      { bytes: 100, seconds: 0.3 },
      { bytes: 200, seconds: 0.4 },
      { bytes: 300, seconds: 0.5 },
    ]);
    expect(line.fixedSeconds).toBeCloseTo(0.2, 9);
    expect(line.secondsPerByte).toBeCloseTo(0.001, 9);
    expect(fitInit([])).toEqual({ fixedSeconds: 0, secondsPerByte: 0 });
    expect(fitInit([{ bytes: 100, seconds: 0.3 }])).toEqual({ fixedSeconds: 0.3, secondsPerByte: 0 });
    const falling = fitInit([
      { bytes: 100, seconds: 0.5 },
      { bytes: 200, seconds: 0.3 },
    ]);
    expect(falling).toEqual({ fixedSeconds: 0.4, secondsPerByte: 0 });
  });

  it('is never below zero', () => {
    const inits = fc.array(
      fc.record({
        bytes: fc.integer({ min: 1, max: 1e6 }),
        seconds: fc.double({ min: 0.001, max: 2, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(inits, (all) => {
        const { fixedSeconds, secondsPerByte } = fitInit(all);
        expect(fixedSeconds).toBeGreaterThanOrEqual(0);
        expect(secondsPerByte).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

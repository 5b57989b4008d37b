import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFacts } from '../testing/random-facts.ts';
import { type EndpointFacts, type Facts, fitInit } from './facts.ts';
import { addUp, figureCalculator, secondsPerMonth } from './group-figures.ts';
import { objective } from './objective.ts';

describe('the figures of a function', () => {
  it('never lose an invocation: a call is part of its caller in one function, and an invocation between two', () => {
    fc.assert(
      fc.property(randomFacts({ least: 2, most: 8 }), (facts) => {
        const figuresOf = figureCalculator(facts);
        const together = figuresOf(facts.endpoints);
        const apart = addUp(facts.endpoints.map((one) => figuresOf([one])));
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

  it('are those that are computed by hand', () => {
    const endpoint = (name: string, calls: readonly string[]): EndpointFacts => ({
      name,
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
    const figuresOf = figureCalculator(facts);
    const month = (invocations: number) =>
      secondsPerMonth * (invocations * 1e-6 + invocations * 0.2005 * 1e-6);
    // b is invoked by its own three requests, and by each request to a. The inversion is right to seven digits.
    expect(figuresOf([b]).cost).toBeCloseTo(month(4), 5);
    expect(figuresOf([a]).cost).toBeCloseTo(month(1), 5);
    expect(figuresOf([a, b]).cost).toBeCloseTo(month(4), 5);
    expect(figuresOf([a, b])).toMatchObject({
      redeployed: 1,
      endpointsRedeployed: 2,
      excessPrivileges: 0.5,
      bytes: 1000,
    });
    expect(figuresOf([b])).toMatchObject({ redeployed: 0.5, endpointsRedeployed: 0.5, lostToOthers: 0 });
    // If one fails, the other loses its requests: a quarter or three quarters of all.
    expect(figuresOf([a, b]).lostToOthers).toBeCloseTo((0.25 + 0.75) / 2, 9);
  });

  it('are those of a unit with the memory that its package.json sets', () => {
    const [facts] = fc.sample(randomFacts({ least: 3, most: 3 }), { numRuns: 1, seed: 1 }) as [Facts];
    const [one, two, three] = facts.endpoints as [EndpointFacts, EndpointFacts, EndpointFacts];
    const unitMemoryMb = new Map([['endpoint-0,endpoint-1', 4096]]);
    const figuresOf = figureCalculator({ ...facts, unitMemoryMb });
    const without = figureCalculator(facts);
    expect(figuresOf([two, one]).cost).toBe(without([two, one], 4096).cost);
    expect(figuresOf([two, one]).cost).toBeGreaterThan(without([two, one]).cost);
    expect(figuresOf([one, three]).cost).toBe(without([one, three]).cost);
  });

  it('add up to a score of at least 0 at the better extreme, and of infinity beyond a limit', () => {
    fc.assert(
      fc.property(randomFacts({ least: 2, most: 6 }), (facts) => {
        const candidates = objective(facts);
        const apart = candidates.scoreOf(addUp(facts.endpoints.map((one) => candidates.figures([one]))));
        const together = candidates.scoreOf(candidates.figures(facts.endpoints));
        expect(Math.min(apart, together)).toBeGreaterThanOrEqual(-1e-9);
        const isBeyond = facts.endpoints.length > facts.traffic.limits.endpointsPerFunction;
        expect(Number.isFinite(candidates.score(facts.endpoints))).toBe(!isBeyond);
      }),
    );
  });
});

describe('the model of inits', () => {
  it('is the line through them, and level without a slope to see', () => {
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

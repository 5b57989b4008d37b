import fc from 'fast-check';
import type { Facts } from '../advice/facts.ts';

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const privileges = fc.subarray(['select', 'insert', 'update', 'delete'] as const);

/** Facts of a random workspace with so many endpoints, with weights and limits. */
export function randomFacts({ least, most }: { least: number; most: number }): fc.Arbitrary<Facts> {
  return fc.integer({ min: least, max: most }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `endpoint-${index}`);
    return fc
      .record({
        rates: fc.array(fc.oneof(positive(1e-5, 0.01), positive(0.01, 5)), {
          minLength: count,
          maxLength: count,
        }),
        details: fc.array(
          fc.record({
            serviceSeconds: positive(0.001, 0.5),
            memoryMb: fc.constantFrom(128, 256, 1024),
            grants: fc.dictionary(fc.constantFrom('a.a', 'b.b', 'c.c'), privileges),
            libs: fc.subarray(['lib-a', 'lib-b', 'lib-c', 'lib-d']),
            own: fc.integer({ min: 500, max: 20_000 }),
            // The number of endpoints after it that it calls: there is no circle.
            calls: fc.nat(3),
          }),
          { minLength: count, maxLength: count },
        ),
        changes: fc.array(fc.subarray(names), { maxLength: 6 }),
        weights: fc.record({
          cost: fc.nat(3),
          coldStarts: fc.nat(3),
          changes: fc.nat(3),
          crashes: fc.nat(3),
          privileges: fc.nat(3),
          bytes: fc.nat(3),
        }),
        endpointsPerFunction: fc.integer({ min: 1, max: count + 1 }),
        functions: fc.integer({ min: 1, max: count + 2 }),
      })
      .map(
        ({ rates, details, changes, weights, endpointsPerFunction, functions }): Facts => ({
          endpoints: details.map(({ libs, own, calls, ...detail }, index) => {
            const parts = new Map([
              [`own-${index}`, own],
              ...libs.map((lib, place) => [lib, 40_000 * (place + 1)] as const),
            ]);
            const name = names[index] as string;
            const length = parts.values().reduce((sum, bytes) => sum + bytes, 100);
            const callees = names.slice(index + 1, index + 1 + calls);
            return {
              ...detail,
              name,
              calls: callees,
              parts,
              code: { length },
            };
          }),
          changes: changes.map((changed) => new Set(changed)),
          areChangesKnown: true,
          unitMemoryMb: new Map(),
          init: { fixedSeconds: 0.1, secondsPerByte: 1e-7 },
          traffic: {
            rates: new Map(names.map((name, index) => [name, rates[index] as number])),
            paths: new Map(),
            idleSeconds: 600,
            durationFactor: 1,
            architecture: 'arm64',
            prices: {
              usdPerMillionRequests: 0.2,
              usdPerGbSecond: 1.3e-5,
              usdPerMillionApiRequests: 1,
              source: '',
            },
            weights,
            limits: { functions, endpointsPerFunction, bytesPerFunction: 262_144_000 },
            file: 'functions/traffic.json',
          },
        }),
      );
  });
}

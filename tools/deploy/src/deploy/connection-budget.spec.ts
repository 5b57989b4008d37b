import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { connectionLimits } from './connection-budget.ts';

const one = (name: string, reservedConcurrency?: number, poolSize?: number) =>
  packedFunction({
    name,
    settings: { memorySize: 256, timeout: 10, reservedConcurrency },
    environment: poolSize === undefined ? {} : { DATABASE_POOL_SIZE: `${poolSize}` },
  });
const limits = (
  maxConnections: number | undefined,
  functions: ReturnType<typeof one>[],
  available?: number,
) => Object.fromEntries(connectionLimits(shopStage({ maxConnections }), functions, available));

describe('the connections of a stage', () => {
  it('are twice the reserved concurrency for a function that has one', () => {
    expect(limits(10, [one('get-order', 4), one('list-orders', 2, 3)])).toEqual({
      'get-order': 8,
      'list-orders': 12,
    });
  });

  it('are shared by the functions that reserve nothing', () => {
    const functions = [one('get-order', 4), one('list-orders'), one('create-order')];
    expect(limits(11, functions)).toEqual({ 'get-order': 8, 'list-orders': 3, 'create-order': 3 });
  });

  it('are half of what the server takes for each function, without a maximum', () => {
    expect(limits(undefined, [one('get-order', 4), one('list-orders')], 97)).toEqual({
      'get-order': 8,
      'list-orders': 48,
    });
  });

  it.each([
    [
      9,
      [one('get-order', 6), one('list-orders', 2, 2)],
      undefined,
      /maxConnections 9, but the functions reserve 10: get-order 6, list-orders 4\./,
    ],
    [
      7,
      [one('get-order', 6), one('list-orders'), one('create-order')],
      undefined,
      /of which 1 are left for 2 functions .*: list-orders, create-order/,
    ],
    [93, [one('get-order')], 97, /database takes 97 connections, and deployments need 5\. Lower it to 92/],
  ])('are refused when %i are too few or too many', (most, functions, available, message) => {
    expect(() => limits(most, functions, available)).toThrow(message);
  });

  it('are exactly enough at the limit', () => {
    expect(() => limits(10, [one('get-order', 6), one('list-orders', 4)], 15)).not.toThrow();
  });

  it('never exceed the maximum without an overlap of versions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 200 }),
        (reservations, most) => {
          const functions = reservations.map((reserved, index) => one(`f${index}`, reserved));
          try {
            const found = limits(most, functions);
            const steady = reservations.map((reserved, index) => reserved ?? (found[`f${index}`] as number));
            expect(steady.reduce((sum, connections) => sum + connections)).toBeLessThanOrEqual(most);
          } catch (error) {
            expect(error).toHaveProperty('message', expect.stringContaining(`maxConnections ${most}`));
          }
        },
      ),
    );
  });
});

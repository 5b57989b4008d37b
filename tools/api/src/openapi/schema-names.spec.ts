import * as protocol from '@nanoservices/endpoint';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { globalRegistry } from 'zod/v4/core';
import { protocolKeywords, protocolProblems } from './protocol-documentation.ts';
import { nameSchemas } from './schema-names.ts';

describe('the names of schemas', () => {
  const exported = { OrderId: z.uuid(), Weight: z.int(), limit: 30, Nothing: null };
  const described = { description: 'The id of an order.', examples: ['1'] };

  it('are those of the exports of the application, with its keywords', () => {
    nameSchemas({ schemas: exported, keywords: { OrderId: described, Elsewhere: { description: 'x' } } });
    expect(globalRegistry.get(exported.OrderId)).toEqual({ id: 'OrderId', ...described });
    expect(globalRegistry.get(exported.Weight)).toEqual({ id: 'Weight' });
  });

  it('are those of the exports of the protocol, too', () => {
    expect(globalRegistry.get(protocol.Cursor)).toEqual({ id: 'Cursor', ...protocolKeywords.Cursor });
    expect(globalRegistry.get(protocol.Timestamp)?.id).toBe('Timestamp');
  });

  it('are given once, whatever comes later', () => {
    nameSchemas({ schemas: { Other: exported.OrderId }, keywords: { Other: { description: 'x' } } });
    expect(globalRegistry.get(exported.OrderId)).toEqual({ id: 'OrderId', ...described });
  });
});

describe('the documentation of the protocol', () => {
  const exported: Record<string, unknown> = protocol;

  it('is about schemas that are there, with examples that match them', () => {
    for (const [name, keywords] of Object.entries(protocolKeywords)) {
      const { examples } = keywords as { examples: unknown[] };
      expect(examples.length, name).toBeGreaterThan(0);
      for (const example of examples) {
        expect(z.safeParse(exported[name] as z.ZodMiniType, example).error, name).toBeUndefined();
      }
    }
  });

  it('has an example of every problem of the protocol', () => {
    const classes = Object.values(exported).filter(
      (one) =>
        typeof one === 'function' && one.prototype instanceof protocol.Problem && Object.hasOwn(one, 'type'),
    );
    const endpoint = protocol.contract({
      name: 'get-order',
      method: 'GET',
      path: '/orders',
      summary: 'x',
      access: 'public',
    });
    expect(new Set(protocolProblems(endpoint).map((problem) => problem.constructor))).toEqual(
      new Set(classes),
    );
  });
});

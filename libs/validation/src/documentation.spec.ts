import * as protocol from '@nanoservices/endpoint';
import { Problem, ProblemDetails } from '@nanoservices/endpoint';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { documentation, problemExamples } from './documentation.ts';
import * as domain from './index.ts';

// biome-ignore lint/suspicious/noExplicitAny: schemas of every kind
const exported: Record<string, any> = domain;

/** The problem classes of a package that have a type of their own. */
const problemsOf = (module: object) =>
  Object.values<unknown>({ ...module }).filter(
    (value): value is typeof Problem =>
      typeof value === 'function' && value.prototype instanceof Problem && Object.hasOwn(value, 'type'),
  );

describe('the documentation', () => {
  it.each(Object.entries(documentation))(
    'of %s has examples that match its schema',
    (name, { examples = [] }) => {
      expect(exported).toHaveProperty(name);
      for (const example of examples) {
        expect(z.safeParse(exported[name], example).error, name).toBeUndefined();
      }
    },
  );

  it.each(Object.entries(documentation).filter(([, { minProperties }]) => minProperties !== undefined))(
    'of %s has the minProperties that its schema demands',
    (name, { minProperties }) => {
      expect(minProperties).toBe(1);
      expect(z.safeParse(exported[name], {}).success).toBe(false);
    },
  );

  it.each(Object.entries(documentation).filter(([, { maxLength }]) => maxLength !== undefined))(
    'of %s has the maxLength that its schema demands',
    (name, { maxLength = 0 }) => {
      expect(z.safeParse(exported[name], 'a'.repeat(maxLength)).success).toBe(true);
      expect(z.safeParse(exported[name], 'a'.repeat(maxLength + 1)).success).toBe(false);
    },
  );

  it('has an example of every problem', () => {
    expect(new Set(problemExamples.map((problem) => problem.constructor))).toEqual(
      new Set(problemsOf(domain)),
    );
  });
});

it('every problem has a type of its own, also among those of the protocol, and an error status', () => {
  const own = problemsOf(domain);
  const all = [...own, ...problemsOf(protocol)];
  expect(own.length).toBeGreaterThan(6);
  expect(all.length).toBeGreaterThan(own.length + 8);
  expect(new Set(all.map(({ type }) => type)).size).toBe(all.length);
  for (const { type, status, title } of own) {
    expect(ProblemDetails.safeParse({ type, status, title }).success, type).toBe(true);
    expect(type).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

import { describe, expect, it } from 'vitest';
import * as problems from './problem.ts';
import { Problem, ProblemDetails } from './problem.ts';
import { CustomerExists, CustomerNotFound } from './testing/shop.ts';

const id = '01980000-0000-7000-8000-000000000001';

describe('a problem', () => {
  it('has the members of RFC 9457', () => {
    expect(new CustomerNotFound(id).details).toEqual({
      type: 'urn:problem-type:customer-not-found',
      title: 'Customer not found',
      status: 404,
      detail: `There is no customer ${id}.`,
    });
  });

  it('is revived as an instance of its class, and of none that it is not', () => {
    const revived = Problem.revive(new CustomerNotFound(id).details, [CustomerExists, CustomerNotFound]);
    expect(revived).toBeInstanceOf(CustomerNotFound);
    expect(revived).not.toBeInstanceOf(CustomerExists);
    expect(revived).toBeInstanceOf(Error);
    expect(revived.message).toBe(`There is no customer ${id}.`);
  });

  it('is revived as a plain problem when no class has its type', () => {
    const revived = Problem.revive(new CustomerNotFound(id).details, [CustomerExists]);
    expect(revived).toBeInstanceOf(Problem);
    expect(revived).not.toBeInstanceOf(CustomerNotFound);
  });
});

it('every problem of the protocol has a type of its own and an error status', () => {
  const classes = Object.values<unknown>(problems).filter(
    (value): value is typeof Problem => typeof value === 'function' && value.prototype instanceof Problem,
  );
  expect(classes.length).toBeGreaterThan(8);
  expect(new Set(classes.map(({ type }) => type)).size).toBe(classes.length);
  for (const { type, status, title } of classes) {
    expect(ProblemDetails.safeParse({ type, status, title }).success, type).toBe(true);
    expect(type).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

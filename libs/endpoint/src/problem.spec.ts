import { describe, expect, it } from 'vitest';
import * as validation from './index.ts';
import { EmailTaken, Problem, ProblemDetails, UserId, UserNotFound } from './index.ts';

const id = UserId.parse('01980000-0000-7000-8000-000000000001');

describe('a problem', () => {
  it('has the members of RFC 9457', () => {
    expect(new UserNotFound(id).details).toEqual({
      type: 'urn:problem-type:user-not-found',
      title: 'User not found',
      status: 404,
      detail: `There is no user ${id}.`,
    });
  });

  it('is revived as an instance of its class, and of none that it is not', () => {
    const revived = Problem.revive(new UserNotFound(id).details, [EmailTaken, UserNotFound]);
    expect(revived).toBeInstanceOf(UserNotFound);
    expect(revived).not.toBeInstanceOf(EmailTaken);
    expect(revived).toBeInstanceOf(Error);
    expect(revived.message).toBe(`There is no user ${id}.`);
  });

  it('is revived as a plain problem when no class has its type', () => {
    const revived = Problem.revive(new UserNotFound(id).details, [EmailTaken]);
    expect(revived).toBeInstanceOf(Problem);
    expect(revived).not.toBeInstanceOf(UserNotFound);
  });
});

it('every problem has a type of its own and an error status', () => {
  const classes = Object.values(validation).filter(
    (value): value is typeof Problem => typeof value === 'function' && value.prototype instanceof Problem,
  );
  expect(classes.length).toBeGreaterThan(10);
  expect(new Set(classes.map(({ type }) => type)).size).toBe(classes.length);
  for (const { type, status, title } of classes) {
    expect(ProblemDetails.safeParse({ type, status, title }).success, type).toBe(true);
    expect(type).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

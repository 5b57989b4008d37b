import { line, Problem, page, Timestamp, Version } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { GameSummary } from './games.ts';
import { UserId } from './ids.ts';

export const UserName = line(100);

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** Lengths by RFC 5321, section 4.5.3.1. Of the forms of RFC 5322, only the dotted one without comments is allowed. */
export const Email = z
  .email({ pattern: new RegExp(`^[\\w'+-]+(?:\\.[\\w'+-]+)*@(?:${label}\\.)+[A-Za-z]{2,63}$`), abort: true })
  .check(z.maxLength(254), z.regex(/^.{1,64}@/, 'At most 64 characters before the @'));

export const User = z.strictObject({
  id: UserId,
  name: UserName,
  email: Email,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type User = z.output<typeof User>;

export const NewUser = z.strictObject({ name: UserName, email: Email });
export type NewUser = z.output<typeof NewUser>;

export const UserChanges = z
  .strictObject({ name: z.optional(UserName), email: z.optional(Email) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));
export type UserChanges = z.output<typeof UserChanges>;

/**
 * User with the games they play. The games have the status `unavailable` if they could not be read in time. Only the user
 * and admins see the email address.
 */
export const UserProfile = z.strictObject({
  ...User.shape,
  email: z.optional(Email),
  games: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('available'), ...page(GameSummary).shape }),
    z.strictObject({ status: z.literal('unavailable') }),
  ]),
});
export type UserProfile = z.output<typeof UserProfile>;

export class UserNotFound extends Problem {
  static override readonly type = 'user-not-found';
  static override readonly status = 404;
  static override readonly title = 'User not found';
  constructor(id: UserId) {
    super(`There is no user ${id}.`);
  }
}

export class EmailTaken extends Problem {
  static override readonly type = 'email-taken';
  static override readonly status = 409;
  static override readonly title = 'Email address is taken';
  constructor() {
    super('Another user has this email address.');
  }
}

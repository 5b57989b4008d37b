import * as z from 'zod/mini';
import { GameSummary } from './games.ts';
import { UserId } from './ids.ts';
import { page } from './pages.ts';
import { Problem } from './problem.ts';
import { line } from './text.ts';

const name = line(100);
const email = z.email().check(z.maxLength(254));

export const User = z.strictObject({
  id: UserId,
  name,
  email,
  /** Grows by one with every change; the entity's ETag. */
  version: z.int().check(z.positive()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type User = z.output<typeof User>;

export const NewUser = z.strictObject({ name, email });
export type NewUser = z.output<typeof NewUser>;

export const UserChanges = z
  .strictObject({ name: z.optional(name), email: z.optional(email) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));
export type UserChanges = z.output<typeof UserChanges>;

/**
 * A user with the games they play, or with the word that the games could not be read in time. Their email address is for
 * themselves and admins.
 */
export const UserProfile = z.strictObject({
  ...User.shape,
  email: z.optional(email),
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

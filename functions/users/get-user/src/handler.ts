import { actorOf } from '@arcade/data-access/identities';
import * as users from '@arcade/data-access/users';
import { listUserGames } from '@arcade/list-user-games/contract';
import { maySeeEmail, UserNotFound, type UserProfile } from '@arcade/validation';
import { CallFailed, endpoint } from '@nanoservices/endpoint';
import { getUser } from './contract.ts';

/** A profile without its games is better than one that comes too late. */
const gamesTimeoutMs = 2000;

export const handler = endpoint(getUser, async ({ params, call, caller }) => {
  const actor = await actorOf(caller);
  const found = await users.find(params.userId);
  if (!found) throw new UserNotFound(params.userId);
  const { email, ...user } = found;
  const games = await call(listUserGames, { params, timeoutMs: gamesTimeoutMs }).then(available, unavailable);
  return { ...user, ...(maySeeEmail(actor, user.id) && { email }), games };
});

type Games = UserProfile['games'];

function available(page: Omit<Extract<Games, { status: 'available' }>, 'status'>): Games {
  return { status: 'available', ...page };
}

function unavailable(error: unknown): Games {
  if (!(error instanceof CallFailed)) throw error;
  // The cause may quote input of the client, and the callee has logged its own error.
  const cause = error.cause instanceof Error ? error.cause.name : 'an unexpected response';
  console.warn(`The games of a user are left out: ${error.message} (${cause})`);
  return { status: 'unavailable' };
}

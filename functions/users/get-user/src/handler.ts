import { findUser } from '@nanoservices/data-access';
import { CallFailed, endpoint } from '@nanoservices/endpoint';
import { listUserGames } from '@nanoservices/list-user-games/contract';
import { maySeeEmail, UserNotFound, type UserProfile } from '@nanoservices/validation';
import { getUser } from './contract.ts';

/** A profile without its games is better than one that comes too late. */
const gamesTimeoutMs = 1000;

export const handler = endpoint(getUser, async ({ params, call, caller }) => {
  const found = await findUser(params.userId);
  if (!found) throw new UserNotFound(params.userId);
  const { email, ...user } = found;
  const games = await call(listUserGames, { params, timeoutMs: gamesTimeoutMs }).then(available, unavailable);
  return { ...user, ...(maySeeEmail(caller, user.id) && { email }), games };
});

type Games = UserProfile['games'];

function available(page: Omit<Extract<Games, { status: 'available' }>, 'status'>): Games {
  return { status: 'available', ...page };
}

function unavailable(error: unknown): Games {
  if (!(error instanceof CallFailed)) throw error;
  // Its cause may quote what the client sent; the callee has logged its own error.
  const cause = error.cause instanceof Error ? error.cause.name : 'an answer of another kind';
  console.warn(`The games of a user are left out: ${error.message} (${cause})`);
  return { status: 'unavailable' };
}

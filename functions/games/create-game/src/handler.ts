import { createGame as insertGame } from '@nanoservices/data-access';
import { endpoint, reply } from '@nanoservices/endpoint';
import { createGame } from './contract.ts';

export const handler = endpoint(createGame, async ({ body, headers, caller }) => {
  const game = await insertGame(body, caller.userId, headers['idempotency-key']);
  return reply(game, { headers: { location: `/games/${game.id}` } });
});

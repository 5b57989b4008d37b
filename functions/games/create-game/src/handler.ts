import * as games from '@arcade/data-access/games';
import { endpoint, reply } from '@nanoservices/endpoint';
import { createGame } from './contract.ts';

export const handler = endpoint(createGame, async ({ body, headers, caller }) => {
  const game = await games.create(body, caller, headers['idempotency-key']);
  return reply(game, { headers: { location: `/games/${game.id}` } });
});

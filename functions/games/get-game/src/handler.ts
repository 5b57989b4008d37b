import * as games from '@arcade/data-access/games';
import { GameNotFound } from '@arcade/validation';
import { endpoint } from '@nanoservices/endpoint';
import { getGame } from './contract.ts';

export const handler = endpoint(getGame, async ({ params }) => {
  const game = await games.find(params.gameId);
  if (!game) throw new GameNotFound(params.gameId);
  return game;
});

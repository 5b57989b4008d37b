import { findGame } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { GameNotFound } from '@nanoservices/validation';
import { getGame } from './contract.ts';

export const handler = endpoint(getGame, async ({ params }) => {
  const game = await findGame(params.gameId);
  if (!game) throw new GameNotFound(params.gameId);
  return game;
});

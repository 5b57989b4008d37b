import { GameId, GameNotFound, GameWithPlayers } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const getGame = contract({
  name: 'get-game',
  method: 'GET',
  path: '/games/{gameId}',
  summary: 'Read a game with its players',
  params: z.strictObject({ gameId: GameId }),
  response: GameWithPlayers,
  problems: [GameNotFound],
  access: 'public',
  database: { 'games.games': ['select'], 'games.players': ['select'] },
});

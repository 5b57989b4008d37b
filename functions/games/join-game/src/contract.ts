import { GameFull, GameId, GameNotFound, GameNotOpen, Player, UserId } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const joinGame = contract({
  name: 'join-game',
  method: 'PUT',
  path: '/games/{gameId}/players/{userId}',
  summary: 'Seat a user at an open game',
  params: z.strictObject({ gameId: GameId, userId: UserId }),
  response: Player,
  problems: [GameNotFound, GameNotOpen, GameFull],
  access: 'user',
  database: { 'games.games': ['select', 'update'], 'games.players': ['select', 'insert'] },
});

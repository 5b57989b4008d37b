import { GameId, GameNotFound, GameNotOpen, NotAPlayer, UserId } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const leaveGame = contract({
  name: 'leave-game',
  method: 'DELETE',
  path: '/games/{gameId}/players/{userId}',
  summary: 'Give up a seat at an open game',
  params: z.strictObject({ gameId: GameId, userId: UserId }),
  problems: [GameNotFound, GameNotOpen, NotAPlayer],
  access: 'user',
  database: { 'games.games': ['select', 'update'], 'games.players': ['select', 'delete'] },
});

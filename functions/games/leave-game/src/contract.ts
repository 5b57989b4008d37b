import { GameId, GameNotFound, GameNotOpen, NotAPlayer, NotRegistered, UserId } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const leaveGame = contract({
  name: 'leave-game',
  method: 'DELETE',
  path: '/games/{gameId}/players/{userId}',
  summary: 'Give up a seat at an open game',
  params: z.strictObject({ gameId: GameId, userId: UserId }),
  problems: [NotRegistered, GameNotFound, GameNotOpen, NotAPlayer],
  access: 'user',
  database: {
    'users.identities': ['select'],
    'games.games': ['select', 'update'],
    'games.players': ['select', 'delete'],
  },
});

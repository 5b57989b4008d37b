import {
  GameFull,
  GameId,
  GameNotFound,
  GameNotOpen,
  NotRegistered,
  Player,
  UserId,
} from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const joinGame = contract({
  name: 'join-game',
  method: 'PUT',
  path: '/games/{gameId}/players/{userId}',
  summary: 'Seat a user at an open game',
  params: z.strictObject({ gameId: GameId, userId: UserId }),
  response: Player,
  problems: [NotRegistered, GameNotFound, GameNotOpen, GameFull],
  access: 'user',
  database: {
    'users.identities': ['select'],
    'games.games': ['select', 'update'],
    'games.players': ['select', 'insert'],
  },
});

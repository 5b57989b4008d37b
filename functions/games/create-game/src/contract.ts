import { Game, NewGame, NotRegistered } from '@arcade/validation';
import { contract, IdempotencyKey, IdempotencyKeyReused } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const createGame = contract({
  name: 'create-game',
  method: 'POST',
  path: '/games',
  summary: 'Create a game, with the caller as its host',
  headers: z.object({ 'idempotency-key': z.optional(IdempotencyKey) }),
  body: NewGame,
  response: Game,
  status: 201,
  etag: 'version',
  problems: [NotRegistered, IdempotencyKeyReused],
  access: 'user',
  database: {
    'users.identities': ['select'],
    'games.games': ['select', 'insert'],
    'games.idempotency_keys': ['select', 'insert', 'update', 'delete'],
  },
});

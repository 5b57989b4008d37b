import { GameId, GameNotFound, NotRegistered } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const deleteGame = contract({
  name: 'delete-game',
  method: 'DELETE',
  path: '/games/{gameId}',
  summary: 'Delete a game',
  params: z.strictObject({ gameId: GameId }),
  problems: [NotRegistered, GameNotFound],
  access: 'user',
  database: { 'users.identities': ['select'], 'games.games': ['select', 'delete'] },
});

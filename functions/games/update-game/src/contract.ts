import {
  Game,
  GameChanges,
  GameId,
  GameNotFound,
  IllegalStatusChange,
  NotRegistered,
} from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const updateGame = contract({
  name: 'update-game',
  method: 'PATCH',
  path: '/games/{gameId}',
  summary: "Change a game's title, or move its status from open to playing to finished",
  params: z.strictObject({ gameId: GameId }),
  body: GameChanges,
  ifMatch: true,
  response: Game,
  etag: 'version',
  problems: [NotRegistered, GameNotFound, IllegalStatusChange],
  access: 'user',
  database: { 'users.identities': ['select'], 'games.games': ['select', 'update'] },
});

import { Game, GameChanges, GameId, GameNotFound, IllegalStatusChange } from '@arcade/validation';
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
  problems: [GameNotFound, IllegalStatusChange],
  access: 'user',
  database: { 'games.games': ['select', 'update'] },
});

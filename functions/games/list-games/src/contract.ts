import { Game, GameStatus } from '@arcade/validation';
import { contract, PageQuery, page } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const listGames = contract({
  name: 'list-games',
  method: 'GET',
  path: '/games',
  summary: 'List games, the newest first, all or those in some statuses',
  query: z.strictObject({ ...PageQuery.shape, status: z.optional(z.array(GameStatus)) }),
  response: page(Game),
  access: 'public',
  database: { 'games.games': ['select'] },
});

import { contract } from '@nanoservices/endpoint';
import { GameSummary, PageQuery, page, UserId } from '@nanoservices/validation';
import * as z from 'zod/mini';

export const listUserGames = contract({
  name: 'list-user-games',
  method: 'GET',
  path: '/users/{userId}/games',
  summary: 'List the games a user plays, the newest first',
  params: z.strictObject({ userId: UserId }),
  query: PageQuery,
  response: page(GameSummary),
  access: 'user',
  database: { 'games.games': ['select'], 'games.players': ['select'] },
});

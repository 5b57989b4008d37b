import { GameSummary, NotRegistered, UserId } from '@arcade/validation';
import { contract, PageQuery, page } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const listUserGames = contract({
  name: 'list-user-games',
  method: 'GET',
  path: '/users/{userId}/games',
  summary: 'List the games a user plays, the newest first',
  params: z.strictObject({ userId: UserId }),
  query: PageQuery,
  response: page(GameSummary),
  problems: [NotRegistered],
  access: 'user',
  database: { 'users.identities': ['select'], 'games.games': ['select'], 'games.players': ['select'] },
});

import { listUserGames } from '@arcade/list-user-games/contract';
import { NotRegistered, UserId, UserNotFound, UserProfile } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const getUser = contract({
  name: 'get-user',
  method: 'GET',
  path: '/users/{userId}',
  summary: 'Read a user with the games they play',
  params: z.strictObject({ userId: UserId }),
  response: UserProfile,
  problems: [NotRegistered, UserNotFound],
  access: 'user',
  calls: [listUserGames],
  database: { 'users.identities': ['select'], 'users.users': ['select'] },
});

import { EmailTaken, NotRegistered, User, UserChanges, UserId, UserNotFound } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const updateUser = contract({
  name: 'update-user',
  method: 'PATCH',
  path: '/users/{userId}',
  summary: "Change a user's name or email address",
  params: z.strictObject({ userId: UserId }),
  body: UserChanges,
  ifMatch: true,
  response: User,
  etag: 'version',
  problems: [NotRegistered, UserNotFound, EmailTaken],
  access: 'user',
  database: { 'users.identities': ['select'], 'users.users': ['select', 'update'] },
});

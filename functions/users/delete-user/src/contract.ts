import { NotRegistered, UserId, UserNotFound } from '@arcade/validation';
import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const deleteUser = contract({
  name: 'delete-user',
  method: 'DELETE',
  path: '/users/{userId}',
  summary: 'Delete a user',
  params: z.strictObject({ userId: UserId }),
  problems: [NotRegistered, UserNotFound],
  access: 'user',
  database: {
    'users.idempotency_keys': ['select', 'delete'],
    'users.identities': ['select'],
    'users.users': ['select', 'delete'],
  },
});

import { contract } from '@nanoservices/endpoint';
import { EmailTaken, IdempotencyKey, IdempotencyKeyReused, NewUser, User } from '@nanoservices/validation';
import * as z from 'zod/mini';

export const createUser = contract({
  name: 'create-user',
  method: 'POST',
  path: '/users',
  summary: 'Create a user',
  headers: z.object({ 'idempotency-key': z.optional(IdempotencyKey) }),
  body: NewUser,
  response: User,
  status: 201,
  etag: 'version',
  problems: [EmailTaken, IdempotencyKeyReused],
  access: 'public',
  database: {
    'users.users': ['select', 'insert'],
    'users.idempotency_keys': ['select', 'insert', 'update', 'delete'],
  },
});

import { AlreadyRegistered, EmailTaken, NewUser, User } from '@arcade/validation';
import { contract, IdempotencyKey, IdempotencyKeyReused } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const createUser = contract({
  name: 'create-user',
  method: 'POST',
  path: '/users',
  summary: 'Create the user of the caller',
  headers: z.object({ 'idempotency-key': z.optional(IdempotencyKey) }),
  body: NewUser,
  response: User,
  status: 201,
  etag: 'version',
  problems: [AlreadyRegistered, EmailTaken, IdempotencyKeyReused],
  access: 'user',
  database: {
    'users.identities': ['select', 'insert'],
    'users.users': ['select', 'insert'],
    'users.idempotency_keys': ['select', 'insert', 'update', 'delete'],
  },
});

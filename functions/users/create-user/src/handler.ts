import * as users from '@arcade/data-access/users';
import { endpoint, reply } from '@nanoservices/endpoint';
import { createUser } from './contract.ts';

export const handler = endpoint(createUser, async ({ body, headers, caller }) => {
  const user = await users.create(body, caller, headers['idempotency-key']);
  return reply(user, { headers: { location: `/users/${user.id}` } });
});

import { createUser as insertUser } from '@nanoservices/data-access';
import { endpoint, reply } from '@nanoservices/endpoint';
import { createUser } from './contract.ts';

export const handler = endpoint(createUser, async ({ body, headers, caller }) => {
  const request = { caller: caller?.userId ?? '', key: headers['idempotency-key'] };
  const user = await insertUser(body, request);
  return reply(user, { headers: { location: `/users/${user.id}` } });
});

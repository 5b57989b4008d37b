import * as users from '@arcade/data-access/users';
import { endpoint } from '@nanoservices/endpoint';
import { updateUser } from './contract.ts';

export const handler = endpoint(updateUser, ({ params, body, ifMatch, caller }) =>
  users.update(caller, params.userId, body, ifMatch),
);

import { updateUser as changeUser } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { updateUser } from './contract.ts';

export const handler = endpoint(updateUser, ({ params, body, ifMatch, caller }) =>
  changeUser(caller, params.userId, body, ifMatch),
);

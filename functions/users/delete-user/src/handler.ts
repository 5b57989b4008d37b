import { deleteUser as removeUser } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { deleteUser } from './contract.ts';

export const handler = endpoint(deleteUser, ({ params, caller }) => removeUser(caller, params.userId));

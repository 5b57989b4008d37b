import * as users from '@arcade/data-access/users';
import { endpoint } from '@nanoservices/endpoint';
import { deleteUser } from './contract.ts';

export const handler = endpoint(deleteUser, ({ params, caller }) => users.remove(caller, params.userId));

import * as users from '@arcade/data-access/users';
import { endpoint } from '@nanoservices/endpoint';
import { listUsers } from './contract.ts';

export const handler = endpoint(listUsers, ({ query }) => users.list(query));

import { listUsers as readUsers } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { listUsers } from './contract.ts';

export const handler = endpoint(listUsers, ({ query }) => readUsers(query));

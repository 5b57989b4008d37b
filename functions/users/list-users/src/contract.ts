import { User } from '@arcade/validation';
import { contract, PageQuery, page } from '@nanoservices/endpoint';

export const listUsers = contract({
  name: 'list-users',
  method: 'GET',
  path: '/users',
  summary: 'List all users, the newest first',
  query: PageQuery,
  response: page(User),
  access: { scope: 'admin' },
  database: { 'users.users': ['select'] },
});

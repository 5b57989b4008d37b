import { listGames as readGames } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { listGames } from './contract.ts';

export const handler = endpoint(listGames, ({ query: { status, ...page } }) =>
  readGames({ ...page, statuses: status }),
);

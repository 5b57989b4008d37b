import * as games from '@arcade/data-access/games';
import { endpoint } from '@nanoservices/endpoint';
import { listGames } from './contract.ts';

export const handler = endpoint(listGames, ({ query: { status, ...page } }) =>
  games.list({ ...page, statuses: status }),
);

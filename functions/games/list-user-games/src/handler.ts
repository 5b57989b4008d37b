import * as players from '@arcade/data-access/players';
import { endpoint } from '@nanoservices/endpoint';
import { listUserGames } from './contract.ts';

export const handler = endpoint(listUserGames, ({ params, query }) =>
  players.listGamesOf(params.userId, query),
);

import { listGamesOf } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { listUserGames } from './contract.ts';

export const handler = endpoint(listUserGames, ({ params, query }) => listGamesOf(params.userId, query));

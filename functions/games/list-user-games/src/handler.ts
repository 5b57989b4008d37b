import { actorOf } from '@arcade/data-access/identities';
import * as players from '@arcade/data-access/players';
import { endpoint } from '@nanoservices/endpoint';
import { listUserGames } from './contract.ts';

export const handler = endpoint(listUserGames, async ({ params, query, caller }) => {
  await actorOf(caller);
  return players.listGamesOf(params.userId, query);
});

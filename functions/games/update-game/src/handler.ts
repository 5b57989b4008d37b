import * as games from '@arcade/data-access/games';
import { endpoint } from '@nanoservices/endpoint';
import { updateGame } from './contract.ts';

export const handler = endpoint(updateGame, ({ params, body, ifMatch, caller }) =>
  games.update(caller, params.gameId, body, ifMatch),
);

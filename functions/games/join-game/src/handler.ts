import * as players from '@arcade/data-access/players';
import { endpoint } from '@nanoservices/endpoint';
import { joinGame } from './contract.ts';

export const handler = endpoint(joinGame, ({ params, caller }) =>
  players.seat(caller, params.gameId, params.userId),
);

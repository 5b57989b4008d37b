import * as players from '@arcade/data-access/players';
import { endpoint } from '@nanoservices/endpoint';
import { leaveGame } from './contract.ts';

export const handler = endpoint(leaveGame, ({ params, caller }) =>
  players.unseat(caller, params.gameId, params.userId),
);

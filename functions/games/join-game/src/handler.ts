import { joinGame as seatPlayer } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { joinGame } from './contract.ts';

export const handler = endpoint(joinGame, ({ params, caller }) =>
  seatPlayer(caller, params.gameId, params.userId),
);

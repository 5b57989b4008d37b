import { updateGame as changeGame } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { updateGame } from './contract.ts';

export const handler = endpoint(updateGame, ({ params, body, ifMatch, caller }) =>
  changeGame(caller, params.gameId, body, ifMatch),
);

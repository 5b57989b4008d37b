import { updateGame as changeGame } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { updateGame } from './contract.ts';

export const handler = endpoint(updateGame, ({ params, body, ifMatch }) =>
  changeGame(params.gameId, body, ifMatch),
);

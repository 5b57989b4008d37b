import { leaveGame as unseatPlayer } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { leaveGame } from './contract.ts';

export const handler = endpoint(leaveGame, ({ params, caller }) =>
  unseatPlayer(caller, params.gameId, params.userId),
);

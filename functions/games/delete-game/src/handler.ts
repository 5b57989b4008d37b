import { deleteGame as removeGame } from '@nanoservices/data-access';
import { endpoint } from '@nanoservices/endpoint';
import { deleteGame } from './contract.ts';

export const handler = endpoint(deleteGame, ({ params, caller }) => removeGame(caller, params.gameId));

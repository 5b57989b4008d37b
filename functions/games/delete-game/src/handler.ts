import * as games from '@arcade/data-access/games';
import { endpoint } from '@nanoservices/endpoint';
import { deleteGame } from './contract.ts';

export const handler = endpoint(deleteGame, ({ params, caller }) => games.remove(caller, params.gameId));

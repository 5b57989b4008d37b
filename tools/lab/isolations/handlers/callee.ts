import { endpoint } from '@nanoservices/endpoint';
import { callee } from './contracts.ts';

export const handler = endpoint(callee, async ({ body }) => body);

export * from './games.ts';
export type { IdempotentRequest } from './idempotency.ts';
export * from './players.ts';
export * from './users.ts';

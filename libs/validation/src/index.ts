export * from './games.ts';
export * from './identities.ts';
export * from './ids.ts';
export * from './ownership.ts';
export * from './users.ts';

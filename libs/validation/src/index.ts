export * from './games.ts';
export * from './ids.ts';
export * from './ownership.ts';
export * from './pages.ts';
export * from './problem.ts';
export * from './text.ts';
export * from './users.ts';

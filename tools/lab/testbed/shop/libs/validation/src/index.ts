export * from './customers.ts';
export * from './ids.ts';
export * from './orders.ts';
export * from './ownership.ts';

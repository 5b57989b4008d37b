import { commandExecutor } from './command-executor.ts';

export const start = commandExecutor('start');
export const invoke = commandExecutor('invoke');
export const topology = commandExecutor('topology');
export const report = commandExecutor('report');
export const token = commandExecutor('token');
export const client = commandExecutor('client');
export const openapi = commandExecutor('openapi');
export const compatible = commandExecutor('compatible');
export const database = commandExecutor('database');
export const deploy = commandExecutor('deploy');
export const status = commandExecutor('status');
export const rollback = commandExecutor('rollback');
export const prune = commandExecutor('prune');

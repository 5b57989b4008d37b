import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJson } from './topology.ts';

const texts = z.array(z.string()).optional();

/** The CORS configuration of an HTTP API, in the names of API Gateway. */
export const Cors = z
  .strictObject({
    allowOrigins: texts,
    allowMethods: texts,
    allowHeaders: texts,
    exposeHeaders: texts,
    /** Seconds. */
    maxAge: z.int().min(-1).max(86_400).optional(),
    allowCredentials: z.boolean().optional(),
  })
  .refine(({ allowCredentials, ...lists }) => !allowCredentials || !Object.values(lists).some(isEverything), {
    error: 'allowCredentials does not go with "*": browsers refuse it',
  });
export type Cors = z.output<typeof Cors>;

function isEverything(list: unknown): boolean {
  return Array.isArray(list) && list.includes('*');
}

export const apiFile = 'functions/api.json';
const Api = z.strictObject({ cors: Cors.optional() });

/**
 * Reads functions/api.json: what the HTTP API does beside its endpoints. It may be absent.
 *
 * @throws UsageError that names the key
 */
export function readApiSettings(workspaceRoot: string): z.output<typeof Api> {
  return existsSync(join(workspaceRoot, apiFile)) ? readJson(workspaceRoot, apiFile, Api) : {};
}

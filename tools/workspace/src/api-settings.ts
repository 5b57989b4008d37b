import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cors, Jwt } from '@nanoservices/platform/stage';
import * as z from 'zod';
import { readJson } from './topology.ts';

export const apiFile = 'functions/api.json';
const Api = z.strictObject({
  cors: Cors.optional(),
  /** Whose tokens `npm start` takes, instead of those of `nx run workspace:token`. */
  jwt: Jwt.optional(),
});

/**
 * Reads functions/api.json: what the HTTP API does beside its endpoints. It may be absent.
 *
 * @throws UsageError that names the key
 */
export function readApiSettings(workspaceRoot: string): z.output<typeof Api> {
  return existsSync(join(workspaceRoot, apiFile)) ? readJson(workspaceRoot, apiFile, Api) : {};
}

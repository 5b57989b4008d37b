import { type OpenApiDocument, openApiDocument } from '@nanoservices/api';
import type { Contract } from '@nanoservices/endpoint';
import * as z from 'zod';
import { readJson } from './topology.ts';
import { UsageError } from './usage-error.ts';

const Package = z.looseObject({ name: z.string(), version: z.string().default('0.0.0') });

/**
 * The OpenAPI document of the workspace's API. Its title and version are the name and version in the root package.json.
 *
 * @throws UsageError when a schema has no form in JSON Schema, such as a Map
 */
export function apiDocument(workspaceRoot: string, contracts: readonly Contract[]): OpenApiDocument {
  const { name, version } = readJson(workspaceRoot, 'package.json', Package);
  try {
    return openApiDocument(contracts, { title: name, version });
  } catch (error) {
    throw new UsageError(`The contracts have no OpenAPI document. ${(error as Error).message}`);
  }
}

import * as protocol from '@nanoservices/endpoint';
import type { ApiDocumentation } from '@nanoservices/model';
import { type $ZodType, globalRegistry } from 'zod/v4/core';
import { protocolKeywords } from './protocol-documentation.ts';

/**
 * Names the schemas that the application's schema package and `@nanoservices/endpoint` export after their exports. Named
 * schemas become components of the OpenAPI document.
 */
export function nameSchemas({ schemas, keywords }: Pick<ApiDocumentation, 'schemas' | 'keywords'>): void {
  register(protocol, protocolKeywords);
  register(schemas, keywords);
}

function register(
  exported: Readonly<Record<string, unknown>>,
  keywords: Readonly<Record<string, object>>,
): void {
  for (const [name, value] of Object.entries(exported)) {
    if (isSchema(value) && !globalRegistry.has(value))
      globalRegistry.add(value, { id: name, ...keywords[name] });
  }
}

/** @returns true for a schema of zod */
export function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

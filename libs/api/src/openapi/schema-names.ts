import * as domain from '@nanoservices/validation';
import { documentation } from '@nanoservices/validation/documentation';
import { type $ZodType, globalRegistry } from 'zod/v4/core';

/** Gives the schemas that libs/validation exports the names of their exports, and what is documented about them. */
export function nameSchemas(): void {
  for (const [name, value] of Object.entries(domain)) {
    if (isSchema(value) && !globalRegistry.has(value))
      globalRegistry.add(value, { id: name, ...documentation[name] });
  }
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

import type { Breaking } from '@nanoservices/endpoint';
import * as z from 'zod';

const Permission = z.strictObject({
  reason: z.string().trim().min(1, 'is empty: say why clients may break'),
  until: z.iso.date('must be a day, such as 2030-06-30'),
});

/** @returns the mistake in the key `breaking` of a contract, as a sentence; undefined where there is none */
export function mistakeInBreaking(breaking: Breaking | undefined): string | undefined {
  const result = Permission.optional().safeParse(breaking);
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  const key = ['breaking', ...(issue?.path ?? [])].join('.');
  return `"${key}": ${issue?.message}.`;
}

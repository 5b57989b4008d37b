import { type PackedApplication, UsageError, type Workspace } from '@nanoservices/model';
import { safeParse } from 'zod/v4/core';

/**
 * Refuses a value that a contract does not take. A message of a schema that quotes the value is left out.
 *
 * @throws UsageError that names the contract
 */
export function refuseUnfit(
  { contracts }: Workspace,
  application: PackedApplication,
  {
    name,
    functions,
    value,
  }: { readonly name: string; readonly functions: readonly string[]; readonly value: string },
): void {
  for (const one of functions) {
    const { endpoints = [] } = application.functions.find((found) => found.name === one) ?? {};
    for (const endpoint of endpoints) {
      const schema = contracts.get(endpoint.name)?.env?._zod.def.shape[name];
      const result = schema && safeParse(schema, value);
      if (!result || result.success) continue;
      const reasons = result.error.issues.map(({ message }) =>
        message.includes(value) ? 'it does not fit' : message,
      );
      throw new UsageError(
        `${endpoint.root}/src/contract.ts does not take this value of ${name}: ${reasons.join('; ')}.`,
      );
    }
  }
}

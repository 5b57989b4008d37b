import * as z from 'zod/v4/core';
import { describeIssues } from './describe-error.ts';

/** A response that does not match the contract of its endpoint. */
export class BrokenContract extends Error {
  constructor(endpoint: string, { issues }: z.$ZodError) {
    const all = issues.map(({ path, message }) => ({ path: ['body', ...path], message }));
    super(`The response of ${endpoint} does not match its contract: ${describeIssues(all)}`);
    this.name = 'BrokenContract';
    // Its frames are all of this package.
    this.stack = '';
  }
}

/** Parses the body of a response. @throws BrokenContract */
export function parseResponse<Schema extends z.$ZodType>(
  schema: Schema,
  body: unknown,
  endpoint: string,
): z.output<Schema> {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;
  throw new BrokenContract(endpoint, result.error);
}

import type { Contract } from './contract.ts';
import {
  ContentTooLarge,
  Forbidden,
  InvalidInput,
  PreconditionFailed,
  PreconditionRequired,
  Problem,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from './problem.ts';

/** Problems of the protocol. Every endpoint may throw them without declaring them. */
const protocolProblems = [
  InvalidInput,
  ContentTooLarge,
  UnsupportedMediaType,
  Unauthenticated,
  Forbidden,
  PreconditionFailed,
  PreconditionRequired,
  ServiceUnavailable,
];

/** Tells a problem that a client sees from all other errors, which are a bare 500. */
export function isExpected({ problems }: Contract, error: unknown): error is Problem {
  return (
    error instanceof Problem &&
    [...protocolProblems, ...problems].some(({ prototype }) =>
      Object.prototype.isPrototypeOf.call(prototype, error),
    )
  );
}

import type { Contract, Output } from '@nanoservices/endpoint';
import type { $brand, $ZodType, input, output } from 'zod/v4/core';

type Parts = 'params' | 'query' | 'headers' | 'body';

type InputOf<Part> = Part extends $ZodType ? Plain<input<Part>> : never;

/** A body can be left out if the schema says so, other parts if they may be empty. */
type CanBeLeftOut<C extends Contract, P extends Parts> = C[P] extends $ZodType
  ? (P extends 'body' ? undefined : Record<never, never>) extends input<C[P]>
    ? true
    : false
  : true;

type Required<C extends Contract> = { [P in Parts]: CanBeLeftOut<C, P> extends true ? never : P }[Parts];
type Optional<C extends Contract> = {
  [P in Parts]: C[P] extends $ZodType ? (CanBeLeftOut<C, P> extends true ? P : never) : never;
}[Parts];

/** The request of a client to an endpoint. */
export type RequestTo<C extends Contract> = Plain<
  { [P in Required<C>]: InputOf<C[P]> } & { [P in Optional<C>]?: InputOf<C[P]> } & (C['ifMatch'] extends true
      ? {
          /** Version of the entity to change, or `*` for any. */
          ifMatch: number | '*';
        }
      : unknown)
>;

/** The result of a client's request to an endpoint. */
export type ResponseOf<C extends Contract> = Plain<Output<C>>;

/** The value of a schema, as a client gets it. */
export type ValueOf<Schema> = Schema extends $ZodType ? Plain<output<Schema>> : never;

/** A type spelled out: without brands, which only validation gives, and without names that a client does not know. */
type Plain<T> = T extends string & $brand
  ? string
  : T extends Uint8Array | ReadableStream | Blob
    ? T
    : T extends object
      ? T extends infer O
        ? { [K in keyof O]: Plain<O[K]> }
        : never
      : T;

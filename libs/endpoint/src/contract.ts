import type { ProblemClass } from '@nanoservices/validation';
import type * as z from 'zod/v4/core';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anyone, any authenticated user, or a user whose token carries a scope. */
export type Access = 'public' | 'user' | { readonly scope: string };

/** The table privileges of PostgreSQL that a contract can declare. */
export type Privilege = 'select' | 'insert' | 'update' | 'delete';

/** Everything about an endpoint but its code. Made by {@link contract}. */
export interface Contract {
  /** The endpoint's name: that of its folder, Nx project and (as a nanoservice) Lambda function. */
  readonly name: string;
  readonly method: Method;
  /** Path template as API Gateway writes it: `/users/{userId}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly params?: z.$ZodObject | undefined;
  /** Query parameters. A parameter whose schema is an array may be repeated. */
  readonly query?: z.$ZodObject | undefined;
  /** Request headers the endpoint reads, by lower-case name. Others are ignored. */
  readonly headers?: z.$ZodObject | undefined;
  /** Cookies the endpoint reads. Others are ignored. */
  readonly cookies?: z.$ZodObject | undefined;
  readonly body?: z.$ZodType | undefined;
  /** How large the body may be, in bytes. Default 1 MiB; Lambda takes 6 MB at most. */
  readonly bodyLimitBytes: number;
  /** The body of a good answer. Without it, the answer has none. */
  readonly response?: z.$ZodType | undefined;
  /** HTTP status of a good answer: 200 with a `response`, 204 without, unless given. */
  readonly status: number;
  /** The property of the response that changes whenever the entity does: sent as its ETag, answers If-None-Match. */
  readonly etag?: string | undefined;
  /** Whether the request must say in If-Match which state of the entity it changes. */
  readonly ifMatch: boolean;
  /** The problems the handler may throw. Any other is a bug and reaches the client as a bare 500. */
  readonly problems: readonly ProblemClass[];
  readonly access: Access;
  /** The endpoints it may call: gives the permission to invoke them, and their address. */
  readonly calls: readonly Contract[];
  /** The tables it may touch and how: gives its PostgreSQL role. */
  readonly database: Readonly<Record<string, readonly Privilege[]>>;
}

/** What an endpoint answers when all is well, as its caller sees it. */
export type Output<C extends Contract> = C['response'] extends z.$ZodType
  ? z.output<C['response']>
  : undefined;

type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | PathParameter<Rest>
  : never;

/** `params` must have the parameters of the path template as keys, all of them and no others. */
type ParamsOf<Path extends string> = [PathParameter<Path>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: z.$ZodObject<{ readonly [Name in PathParameter<Path>]: z.$ZodType }> };

type StrictKeys<Params, Path extends string> =
  Params extends z.$ZodObject<infer Shape>
    ? [Exclude<keyof Shape, PathParameter<Path>>] extends [never]
      ? unknown
      : { readonly params: `not in the path: ${Exclude<keyof Shape, PathParameter<Path>> & string}` }
    : unknown;

type Optional =
  | 'status'
  | 'bodyLimitBytes'
  | 'ifMatch'
  | 'problems'
  | 'calls'
  | 'database'
  | 'etag'
  | 'params';

type Definition<Path extends string> = Omit<Contract, Optional | 'path'> &
  Partial<Pick<Contract, Optional>> & { readonly path: Path } & ParamsOf<Path>;

type EtagOf<Definition> = Definition extends { readonly response: z.$ZodType<infer Response> }
  ? { readonly etag?: keyof Response & string }
  : { readonly etag?: undefined };

type Defaults = {
  readonly status: number;
  readonly bodyLimitBytes: number;
  readonly ifMatch: false;
  readonly problems: readonly [];
  readonly calls: readonly [];
  readonly database: Readonly<Record<string, never>>;
};

/**
 * Declares an endpoint. Everything else about it (validation, routing, permissions, OpenAPI, the typed client) is
 * derived from what stands here.
 *
 * @param definition - see {@link Contract} for each field
 * @throws Error when a body is declared for GET (RFC 9110, section 9.3.1)
 */
export function contract<const Path extends `/${string}`, const D extends Definition<Path>>(
  definition: D & { readonly path: Path } & StrictKeys<D['params'], Path> & EtagOf<D>,
): Omit<Defaults, keyof D> & D {
  if (definition.method === 'GET' && definition.body) {
    throw new Error(`${definition.name}: a GET request has no body; use "query".`);
  }
  return {
    status: definition.response ? 200 : 204,
    bodyLimitBytes: 2 ** 20,
    ifMatch: false,
    problems: [],
    calls: [],
    database: {},
    ...definition,
  } as unknown as Omit<Defaults, keyof D> & D;
}

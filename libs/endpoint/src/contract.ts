import type * as z from 'zod/v4/core';
import { mediaOf } from './media.ts';
import type { PathMistake } from './path-mistake.ts';
import type { ProblemClass } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Permitted callers: anyone, any authenticated caller, or a caller whose token has a scope. */
export type Access = 'public' | 'user' | { readonly scope: string };

/** Table privilege of PostgreSQL that a contract can declare. */
export type Privilege = 'select' | 'insert' | 'update' | 'delete';

/** A right to use AWS: a statement that allows actions on resources. */
export interface Permission {
  /** `s3:GetObject` */
  readonly actions: readonly string[];
  /** ARNs. `{stage}`, `{region}` and `{account}` have the values of the stage: `arn:aws:s3:::reports-{stage}/*`. */
  readonly resources: readonly string[];
}

/** Permission to break the clients and callers of an endpoint. */
export interface Breaking {
  readonly reason: string;
  /** Last day of the permission, UTC: `2030-06-30`. */
  readonly until: `${number}-${number}-${number}`;
}

/** Everything about an endpoint except its code. Made by {@link contract}. */
export interface Contract {
  /** Name of the endpoint, its folder, its Nx project and (as a nanoservice) its Lambda function. */
  readonly name: string;
  readonly method: Method;
  /** Path template in API Gateway's form: `/orders/{orderId}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly params?: z.$ZodObject | undefined;
  /** Query parameters. A parameter whose schema is an array may be repeated. */
  readonly query?: z.$ZodObject | undefined;
  /** Request headers, keyed by lower-case name. Undeclared headers are ignored. */
  readonly headers?: z.$ZodObject | undefined;
  /** Cookies. Undeclared cookies are ignored. */
  readonly cookies?: z.$ZodObject | undefined;
  /** Body of a request: JSON, unless the schema is made by `form()`, `text()` or `binary()`. */
  readonly body?: z.$ZodType | undefined;
  /**
   * Maximum size of the body in bytes, also of a compressed body when it is not. Default 1 MiB, or 1 KiB without `body`; Lambda's own
   * limit is 6 MB.
   */
  readonly bodyLimitBytes: number;
  /** Body of a successful response. Without a schema, the response has no body. */
  readonly response?: z.$ZodType | undefined;
  /**
   * Media type of a successful response. Default `application/json`, or the type of `text()` or `binary()`. With any other type
   * than JSON, `response` is a schema of a string or of bytes.
   */
  readonly contentType?: string | undefined;
  /**
   * Media type of a streamed response, such as `text/event-stream`: instead of `response`. The handler is made by `stream()`.
   * Served by `nanos start` only: HTTP APIs of API Gateway cannot stream.
   */
  readonly stream?: string | undefined;
  /** HTTP status of a successful response. Default 200 with a `response` or `stream`, 204 without. */
  readonly status: number;
  /** Response property that changes with the entity: sent as ETag, compared with If-None-Match. */
  readonly etag?: string | undefined;
  /** Mandatory If-Match header: it names the states of the entity that the request may change. */
  readonly ifMatch: boolean;
  /** Problems that the handler may throw. Any other error is a bug and becomes a bare 500. */
  readonly problems: readonly ProblemClass[];
  readonly access: Access;
  /** Callees. Each gives the permission to invoke it, and its address. */
  readonly calls: readonly Contract[];
  /** Table privileges, keyed by `schema.table`: the grants of the PostgreSQL role. */
  readonly database: Readonly<Record<string, readonly Privilege[]>>;
  /** Permissions in AWS, beyond those that `calls` and `database` give: statements of the function's IAM role. */
  readonly permissions?: readonly Permission[] | undefined;
  /** Environment variables, keyed by name: `env` of the handler. One that `secret()` marks comes from Parameter Store. */
  readonly env?: z.$ZodObject | undefined;
  /** Permission to break clients and live callers, which `nanos compatible` and a deployment refuse without it. */
  readonly breaking?: Breaking | undefined;
}

/**
 * Contract of any Lambda handler. `endpoint()` needs a {@link Contract}; a plain handler does without `summary` and `access`, and
 * nothing checks its requests against schemas.
 */
export interface AnyContract extends Omit<Contract, 'method' | 'path' | 'summary' | 'access'> {
  /** ANY: all methods that no other contract has for this path. */
  readonly method: Method | 'HEAD' | 'OPTIONS' | 'ANY';
  /** Path template, or `$default` for requests without another route. */
  readonly path: `/${string}` | '$default';
  readonly summary?: string | undefined;
  /** Without it, nobody checks the caller before the handler. */
  readonly access?: Access | undefined;
}

/** Body of a successful response, as a client receives it. */
export type Output<C extends Contract> = C['response'] extends z.$ZodType
  ? z.output<C['response']>
  : C['stream'] extends string
    ? ReadableStream<Uint8Array>
    : undefined;

type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | PathParameter<Rest>
  : never;

/** Requires `params` to have all parameters of the path template as keys. */
type ParamsOf<Path extends string> = [PathParameter<Path>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: z.$ZodObject<{ readonly [Name in PathParameter<Path>]: z.$ZodType }> };

type StrictKeys<Params, Path extends string> =
  Params extends z.$ZodObject<infer Shape>
    ? [Exclude<keyof Shape, PathParameter<Path>>] extends [never]
      ? unknown
      : { readonly params: `not in the path: ${Exclude<keyof Shape, PathParameter<Path>> & string}` }
    : unknown;

/** Makes a path that API Gateway refuses an error of the compiler, with the reason as the expected type. */
type ValidPath<Path extends string> = [PathMistake<Path>] extends [never]
  ? unknown
  : { readonly path: `The path ${PathMistake<Path>}` };

/** Path of a contract in its types; `$default` has no parameters. */
type AnyPath = AnyContract['path'];

type Definition<Path extends AnyPath> = Partial<AnyContract> & {
  readonly name: string;
  readonly method: AnyContract['method'];
  readonly path: Path;
};

/** A contract without the fields that `endpoint()` needs belongs to a plain handler, which reads the path by itself. */
type MustHaveParams<D, Path extends string> =
  D extends Pick<Contract, 'method' | 'summary' | 'access'> ? ParamsOf<Path> : unknown;

/** `$default` is no path with a method: it takes what no other route takes. */
type MethodOf<Path extends string> = Path extends '$default' ? { readonly method: 'ANY' } : unknown;

type EtagOf<D> = D extends { readonly response: z.$ZodType<infer Response> }
  ? { readonly etag?: keyof Response & string }
  : { readonly etag?: undefined; readonly contentType?: undefined };

type Defaults = {
  readonly status: number;
  readonly bodyLimitBytes: number;
  readonly ifMatch: false;
  readonly problems: readonly [];
  readonly calls: readonly [];
  readonly database: Readonly<Record<string, never>>;
};

/**
 * Declares an endpoint. Validation, routing, permissions, the OpenAPI document and the typed client are derived from the
 * declaration. A contract of a plain Lambda handler needs `name`, `method` and `path` only.
 *
 * @param definition - see {@link Contract} for each field, and {@link AnyContract} for a plain handler
 * @throws Error when a body is declared for GET (RFC 9110, section 9.3.1), a response is streamed and has a schema, or a callee
 *   streams: a call has one answer
 */
export function contract<const Path extends AnyPath, const D extends Definition<Path>>(
  definition: D & { readonly path: Path } & ValidPath<Path> &
    MethodOf<Path> &
    MustHaveParams<D, Path> &
    StrictKeys<D['params'], Path> &
    EtagOf<D>,
): Omit<Defaults, keyof D> & D {
  const { name, method, body, calls, stream, response, contentType } = definition;
  if (method === 'GET' && body) {
    throw new Error(`${name}: a GET request has no body; use "query".`);
  }
  const callee = calls?.find((one) => one.stream);
  if (callee) throw new Error(`${name}: "calls" names ${callee.name}, whose response is a stream.`);
  if (stream && (response || contentType)) {
    throw new Error(
      `${name}: "stream" is the media type of a response without "response" and "contentType".`,
    );
  }
  return {
    status: response || stream ? 200 : 204,
    bodyLimitBytes: body ? (mediaOf(body)?.limitBytes ?? 2 ** 20) : 2 ** 10,
    ...withContentType(name, response),
    ifMatch: false,
    problems: [],
    calls: [],
    database: {},
    ...definition,
  } as unknown as Omit<Defaults, keyof D> & D;
}

/** @throws Error for a body that only a request may have, and for a type that stands for many */
function withContentType(name: string, response: z.$ZodType | undefined): Pick<Contract, 'contentType'> {
  const media = mediaOf(response);
  const contentType = media?.types[0];
  if (media?.isOfRequests || contentType?.endsWith('*')) {
    throw new Error(`${name}: "response" has no media type of a response: ${media?.types.join(', ')}.`);
  }
  return contentType === undefined ? {} : { contentType };
}

/** @returns true for a contract that `endpoint()` takes: it has `summary` and `access`, and one method and path */
export function isComplete(contract: AnyContract): contract is Contract {
  const { summary, access, method, path } = contract;
  return (
    summary !== undefined &&
    access !== undefined &&
    path !== '$default' &&
    !['ANY', 'HEAD', 'OPTIONS'].includes(method)
  );
}

import * as z from 'zod/mini';

/** Body of every error response: problem details for HTTP APIs (RFC 9457), `application/problem+json`. */
export const ProblemDetails = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int().check(z.minimum(400), z.maximum(599)),
  detail: z.optional(z.string()),
});
export type ProblemDetails = z.output<typeof ProblemDetails>;

/** Problem class, as listed in a contract under `problems`. */
export interface ProblemClass {
  readonly prototype: Problem;
  /** Short name in kebab-case, unique in the API: last part of the problem's type URI. */
  readonly type: string;
  /** HTTP status code. */
  readonly status: number;
  readonly title: string;
}

/**
 * Error that a client is told about. Subclasses have the statics `type`, `status` and `title`; `detail` is the message.
 * Every other error reaches a client as a bare 500.
 */
export class Problem extends Error {
  static readonly type: string = 'about:blank';
  static readonly status: number = 500;
  static readonly title: string = 'Internal Server Error';

  readonly details: ProblemDetails;
  /** Additional response headers, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    detail?: string,
    extensions?: Record<string, unknown>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    const { type, status, title } = new.target;
    this.name = nameOf(type);
    this.details = {
      type: type === 'about:blank' ? type : `urn:problem-type:${type}`,
      title,
      status,
      ...(detail !== undefined && { detail }),
      ...extensions,
    };
    this.headers = headers;
  }

  /**
   * Makes a Problem from its details, as an instance of the class in `classes` with the same type. So the calling
   * endpoint can tell the callee's problems apart by `instanceof`.
   */
  static revive(details: ProblemDetails, classes: readonly ProblemClass[]): Problem {
    const origin = classes.find(({ type }) => details.type === `urn:problem-type:${type}`);
    const prototype = origin?.prototype ?? Problem.prototype;
    return Object.assign(Object.create(prototype) as Problem, {
      name: nameOf(details.type),
      message: details.detail ?? details.title,
      details,
      headers: {},
    });
  }
}

/** Name of the class of a type. Bundles are minified, so a class does not know its name. */
function nameOf(type: string): string {
  const [, name = 'problem'] = /(?:^|urn:problem-type:)([^:]+)$/.exec(type) ?? [];
  return name.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}

/** Input that does not match the contract, with the path and message of every mismatch. */
export class InvalidInput extends Problem {
  static override readonly type = 'invalid-input';
  static override readonly status = 400;
  static override readonly title = 'Invalid input';
  constructor(errors: readonly { path: string; message: string }[]) {
    super('The request does not match the contract of this endpoint.', { errors });
  }
}

export class Unauthenticated extends Problem {
  static override readonly type = 'unauthenticated';
  static override readonly status = 401;
  static override readonly title = 'Unauthenticated';
  constructor() {
    super('This endpoint needs a bearer token.', {}, { 'www-authenticate': 'Bearer' });
  }
}

export class Forbidden extends Problem {
  static override readonly type = 'forbidden';
  static override readonly status = 403;
  static override readonly title = 'Forbidden';
}

export class PreconditionFailed extends Problem {
  static override readonly type = 'precondition-failed';
  static override readonly status = 412;
  static override readonly title = 'Precondition failed';
  constructor() {
    super('The entity has changed since it was read. Read it again, and send its new ETag in If-Match.');
  }
}

export class PreconditionRequired extends Problem {
  static override readonly type = 'precondition-required';
  static override readonly status = 428;
  static override readonly title = 'Precondition required';
  constructor() {
    super('Send the ETag of the entity in If-Match (RFC 6585, section 3).');
  }
}

export class ContentTooLarge extends Problem {
  static override readonly type = 'content-too-large';
  static override readonly status = 413;
  static override readonly title = 'Content too large';
  constructor(limitBytes: number) {
    super(`The body of a request to this endpoint may have ${limitBytes} bytes.`);
  }
}

export class UnsupportedMediaType extends Problem {
  static override readonly type = 'unsupported-media-type';
  static override readonly status = 415;
  static override readonly title = 'Unsupported media type';
  constructor(detail = 'The body must be application/json.', headers: Readonly<Record<string, string>> = {}) {
    super(detail, {}, headers);
  }
}

export class IdempotencyKeyReused extends Problem {
  static override readonly type = 'idempotency-key-reused';
  static override readonly status = 422;
  static override readonly title = 'Idempotency key reused';
  constructor() {
    super('This Idempotency-Key was used before, with another request.');
  }
}

export class ServiceUnavailable extends Problem {
  static override readonly type = 'service-unavailable';
  static override readonly status = 503;
  static override readonly title = 'Service unavailable';
  constructor() {
    super('A service this endpoint needs does not answer. Try again.', {}, { 'retry-after': '1' });
  }
}

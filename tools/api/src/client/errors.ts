/** What a problem says (RFC 9457), with whatever members of its own it has. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The API answered, and not with what was asked for. */
export class ProblemError<Type extends string = string> extends Error {
  override readonly name = 'ProblemError';
  /** The problem's short name (`user-not-found`); `about:blank` for one that has only a status. */
  readonly type: Type;
  /** HTTP status code. */
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail ?? details.title);
    this.type = details.type.replace('urn:problem-type:', '') as Type;
    this.status = details.status;
    this.details = details;
  }
}

/** Whether an error is the problem of this type: `isProblem(error, 'user-not-found')`. */
export function isProblem<Type extends string>(error: unknown, type: Type): error is ProblemError<Type> {
  return error instanceof ProblemError && error.type === type;
}

/**
 * No answer came: no connection, none in time, or something that is no answer of the API. The cause says which. Whether the
 * request was carried out is unknown.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** What came back. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Nothing came back. */
export interface NoAnswer {
  readonly cause: unknown;
}

/** The problem that a bad answer tells of; the gateway's own answers are `{ message }`, and a proxy's may be anything. */
export function problemOf({ status, text }: Answer): ProblemError {
  const body = parse(text);
  const title = String(body.title ?? body.message ?? `HTTP status ${status}`);
  return new ProblemError({ ...body, type: String(body.type ?? 'about:blank'), title, status });
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

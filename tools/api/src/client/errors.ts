/** The body of a problem (RFC 9457). A problem may have further members. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The API answered with a problem. */
export class ProblemError<Type extends string = string> extends Error {
  override readonly name = 'ProblemError';
  /** Short name of the problem (`order-not-found`); `about:blank` for a problem that has only a status. */
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

/** Tells problems apart: `isProblem(error, 'order-not-found')`. */
export function isProblem<Type extends string>(error: unknown, type: Type): error is ProblemError<Type> {
  return error instanceof ProblemError && error.type === type;
}

/**
 * The API did not answer: no connection, a timeout, or a response that is not from the API. The cause has the reason. The
 * request may have been carried out.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** A response of the API, or of something in front of it. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Body that has not been read: of a good response that streams. */
  readonly stream?: ReadableStream<Uint8Array> | null | undefined;
}

/** A failure without a response. */
export interface NoResponse {
  readonly cause: unknown;
}

/** Reads the problem in a bad response. The gateway answers with `{ message }`, and a proxy with anything. */
export function problemOf({ status, text }: HttpResponse): ProblemError {
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

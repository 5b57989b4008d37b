import type { Redact } from './redact.ts';

/** An error in a log line. Values that are no errors have only the first two. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
  /** Errors of an AggregateError. */
  readonly errors?: readonly ErrorDescription[];
}

/** A mismatch of a value and its schema. */
export interface Issue {
  readonly path: string | readonly PropertyKey[];
  readonly message: string;
}

/** Maximum number of described errors: a chain of causes may be long, or a circle. */
const maxErrors = 10;
/**
 * Maximum size of a text in JSON. An error has six texts of this size: with {@link maxErrors}, a line stays below Lambda's limit of
 * 256 KiB.
 */
const maxBytes = 4000;
const maxIssues = 5;

/** An error whose texts are numbers in a list: all are redacted at once. */
interface Parts {
  /** A text is the type of a value that is no error. */
  readonly name: number | string;
  readonly message: number;
  readonly code?: number;
  /** Frames of the stack. */
  readonly frames?: number;
  readonly cause?: Parts;
  readonly errors?: readonly Parts[];
}

/**
 * Describes something that was thrown: an error with its causes, or any other value as JSON.
 *
 * @param redact - applied to every text
 */
export function describeError(thrown: unknown, redact: Redact): ErrorDescription {
  const texts: string[] = [];
  try {
    const parts = readError(thrown, texts);
    return written(parts, redact(texts).map(shorten));
  } catch {
    // A getter, a proxy or a toString() of the value fails.
    return { name: typeof thrown, message: 'A value that cannot be read.' };
  }
}

function readError(thrown: unknown, texts: string[]): Parts {
  const seen = new Set<unknown>();
  const text = (value: unknown) => texts.push(String(value)) - 1;
  const isNew = (value: unknown) => value !== undefined && !seen.has(value) && seen.size < maxErrors;
  const read = (value: unknown): Parts => {
    seen.add(value);
    if (!(value instanceof Error)) return { name: typeof value, message: text(textOf(value)) };
    const { stack, code, cause, errors, issues } = value as Partial<AggregateError> & {
      readonly code?: unknown;
      readonly issues?: unknown;
    };
    // The message of zod is all issues as JSON, with a line for each bracket.
    const isZod = Array.isArray(issues) && value.message.startsWith('[');
    return {
      name: text(value.name),
      message: text(isZod ? describeIssues(issues) : value.message),
      frames: text(`${stack}`.match(/\n +at .*/g)?.join('') ?? ''),
      ...(code !== undefined && { code: text(code) }),
      ...(isNew(cause) && { cause: read(cause) }),
      ...(Array.isArray(errors) && { errors: errors.flatMap((one) => (isNew(one) ? read(one) : [])) }),
    };
  };
  return read(thrown);
}

function written(parts: Parts, texts: readonly string[]): ErrorDescription {
  const { name, message, code, frames, cause, errors } = parts;
  const at = (part: number | string) => (typeof part === 'string' ? part : (texts[part] as string));
  return {
    name: at(name),
    message: at(message),
    ...(code !== undefined && { code: at(code) }),
    ...(frames !== undefined && { stack: `${at(name)}: ${at(message)}${at(frames)}` }),
    ...(cause && { cause: written(cause, texts) }),
    ...(errors && { errors: errors.map((one) => written(one, texts)) }),
  };
}

/** Writes the first issues of a value in one line. */
export function describeIssues(issues: readonly Issue[]): string {
  const more = issues.length - maxIssues;
  return [
    ...issues.slice(0, maxIssues).map(({ path, message }) => {
      const where = [path].flat().map(String).join('.');
      return where ? `${where}: ${message}` : message;
    }),
    ...(more > 0 ? [`${more} more`] : []),
  ].join('; ');
}

/** Cuts a text to at most 4000 bytes of JSON, in which a character takes one to six. */
export function shorten(text: string): string {
  let cut = text.slice(0, maxBytes);
  while (Buffer.byteLength(JSON.stringify(cut)) > maxBytes) cut = cut.slice(0, cut.length * 0.9);
  return cut === text ? text : `${cut}…`;
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (typeof value !== 'object') return String(value);
  const above = new Set<unknown>();
  return JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint' || part instanceof Error) return String(part);
    if (typeof part !== 'object' || part === null) return part;
    if (above.has(part)) return '[seen above]';
    above.add(part);
    return part;
  });
}

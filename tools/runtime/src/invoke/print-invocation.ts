import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { styleText } from 'node:util';
import type { FunctionError } from '../environment/messages.ts';
import { httpResponse } from '../gateway/http-response.ts';

/** Prints a function's response in the form of HTTP, or as raw JSON. */
export function printResponse(payload: unknown, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(payload));
    return;
  }
  const { statusCode, headers, body, reason } = httpResponse(payload);
  const colour = statusCode < 400 ? 'green' : 'red';
  console.log(styleText(['bold', colour], `HTTP ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim()));
  for (const [name, value] of headers) console.log(`${styleText('dim', `${name}:`)} ${value}`);
  if (body.length > 0) console.log(`\n${pretty(body)}`);
  if (reason) console.error(styleText('red', reason));
}

/**
 * Prints the error of a function in Lambda's words.
 *
 * @param log - what the function has logged: an error in it is not repeated
 */
export function printError(
  { errorType, errorMessage, trace }: FunctionError,
  { isJson, log }: { readonly isJson: boolean; readonly log: string },
): void {
  if (isJson) {
    console.log(JSON.stringify({ errorType, errorMessage, trace }));
    return;
  }
  const text = `${errorType}: ${errorMessage}`;
  if (!log.includes(text)) console.error(styleText(['bold', 'red'], text));
}

function pretty(body: string | Buffer): string {
  if (typeof body !== 'string' && !isUtf8(body)) return styleText('dim', `${body.length} bytes`);
  const text = body.toString();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

import type { ServerResponse } from 'node:http';

/** A refusal of the Lambda API. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: number;
  /** Name in the API reference: `ResourceNotFoundException`. */
  readonly type: string;
  /** Further members of the body, such as `Reason`. */
  readonly details: object;

  constructor(status: number, type: string, message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/** @returns the refusal of a function, version, alias or setting that does not exist */
export function notFound(message: string): ServiceError {
  return new ServiceError(404, 'ResourceNotFoundException', message);
}

/** @returns the refusal of a parameter that is well-formed, but has no meaning */
export function invalidParameter(message: string): ServiceError {
  return new ServiceError(400, 'InvalidParameterValueException', message);
}

/** @returns the refusal of a malformed payload or client context */
export function invalidContent(message: string): ServiceError {
  return new ServiceError(400, 'InvalidRequestContentException', message);
}

/**
 * Makes the refusal of malformed parameters, in the words of AWS's validation.
 *
 * @param violations - one for each, from {@link violation}
 */
export function validationError(...violations: string[]): ServiceError {
  const errors = violations.length === 1 ? 'error' : 'errors';
  const message = `${violations.length} validation ${errors} detected: ${violations.join('; ')}`;
  return new ServiceError(400, 'ValidationException', message);
}

/**
 * @param member - name of the parameter in the API's model: `functionName`
 * @param constraint - the broken rule: `have length less than or equal to 128`
 */
export function violation(value: string, member: string, constraint: string): string {
  return `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`;
}

/** Checks that a value is one of an enumeration. @throws ServiceError */
export function oneOf<const Value extends string>(
  value: string,
  member: string,
  values: readonly Value[],
): Value {
  if ((values as readonly string[]).includes(value)) return value as Value;
  throw validationError(violation(value, member, `satisfy enum value set: [${values.join(', ')}]`));
}

/** Answers a request with a refusal. SDKs read the type from the header. */
export function refuse(response: ServerResponse, { status, type, message, details }: ServiceError): void {
  const body = { Type: status < 500 ? 'User' : 'Service', message, Message: message, ...details };
  response.setHeader('x-amzn-errortype', type);
  sendJson(response, status, body);
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

/** Response body with additional headers or cookies. Made by {@link reply}. */
export class Reply<Body> {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[] | undefined;

  constructor(body: Body, headers: Readonly<Record<string, string>> = {}, cookies?: readonly string[]) {
    this.body = body;
    this.headers = headers;
    this.cookies = cookies;
  }
}

/**
 * Makes the result of a handler that sends headers or cookies in addition to the body.
 *
 * @param body - With a `content-type` other than JSON, a string is sent as it is. A Uint8Array is sent as bytes.
 * @param extras - headers, keyed by name in any case, which win over those of the framework; cookies, each the value of one
 * Set-Cookie header
 */
export function reply<Body>(
  body: Body,
  extras: { readonly headers?: Readonly<Record<string, string>>; readonly cookies?: readonly string[] },
): Reply<Body> {
  return new Reply(body, extras.headers, extras.cookies);
}

/** A response body with headers or cookies of its own. Made by {@link reply}. */
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
 * What a handler returns when its answer has headers or cookies beside the body.
 *
 * @param headers - by lower-case name
 * @param cookies - each the value of one Set-Cookie header
 */
export function reply<Body>(
  body: Body,
  extras: { readonly headers?: Readonly<Record<string, string>>; readonly cookies?: readonly string[] },
): Reply<Body> {
  return new Reply(body, extras.headers, extras.cookies);
}

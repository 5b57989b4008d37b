/** The target of a request, as API Gateway's HTTP API reads it. */
export interface RequestTarget {
  /** Host and port of a target in absolute form. */
  readonly authority?: string;
  /** Path that is matched with routes: decoded once. */
  readonly path: string;
  /** Path in the event: decoded twice. */
  readonly rawPath: string;
  /** Query string in the form that was sent. */
  readonly rawQueryString: string;
}

/**
 * Reads the target of a request: `/orders/1?limit=2`, or `http://host/orders/1` (RFC 9112, section 3.2.2).
 *
 * API Gateway decodes the path, cuts it at a decoded `?`, finds the route, and decodes once more. So `%2F` separates
 * segments, and `%252F` is a slash in a parameter.
 *
 * @throws URIError when the path cannot be decoded twice; API Gateway answers 400
 * @see https://github.com/hotsock/voker/pull/8 for captures of an HTTP API
 * @see https://stackoverflow.com/q/69677023
 */
export function requestTarget(url: string): RequestTarget {
  const [, authority, target = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/([^/?]*))?(.*)$/is.exec(url) ?? [];
  const [encoded = '', ...query] = target.split('?');
  const [path = ''] = decodeURIComponent(encoded || '/').split('?');
  return {
    ...(authority && { authority }),
    path,
    rawPath: decodeURIComponent(path),
    rawQueryString: query.join('?'),
  };
}

/** Encodes a path parameter, so that API Gateway gives the function this value. */
export function encodePathParameter(value: string): string {
  return encodeURIComponent(encodeURIComponent(value));
}

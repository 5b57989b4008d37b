type Headers = Readonly<Record<string, string>>;

/** Facts that API Gateway knows about a request apart from its headers. */
export interface Received {
  /** Host of a request target in absolute form, which wins over the Host header (RFC 9112, section 3.2.2). */
  readonly authority?: string | undefined;
  readonly bodyBytes: number;
  readonly sourceIp: string;
  /** Port that received the request; undefined for API Gateway's own, with TLS. */
  readonly port?: number | undefined;
  readonly requestId: string;
}

/**
 * Headers that concern one connection only, and are not forwarded (RFC 9110, section 7.6.1). API Gateway drops them from
 * requests and responses.
 */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Makes the headers of an event. A client cannot forge the headers about itself: an HTTP API replaces them. A trace that
 * the client has started goes on.
 *
 * @param sent - the headers of the request, keyed by lower-case name
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function gatewayHeaders(
  sent: Headers,
  { authority, bodyBytes, sourceIp, port, requestId }: Received,
): Record<string, string> {
  const forwarded = Object.entries(sent).filter(([name]) => !connectionHeaders.has(name));
  const trace = sent['x-amzn-trace-id'];
  return {
    // A request without a body has a length, too.
    'content-length': String(bodyBytes),
    host: 'localhost',
    ...Object.fromEntries(forwarded),
    ...(authority && { host: authority }),
    'x-amzn-trace-id': trace !== undefined && isTrace(trace) ? trace : newTrace(requestId),
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(port ?? 443),
    'x-forwarded-proto': port === undefined ? 'https' : 'http',
  };
}

function isTrace(header: string): boolean {
  return /^(?:[^,]*;)?Root=1-[\da-f]{8}-[\da-f]{24}(?:;[^,]*)?$/i.test(header);
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
function newTrace(requestId: string): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(0, 24).padEnd(24, '0')}`;
}

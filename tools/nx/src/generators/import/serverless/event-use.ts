/** A line of a handler that needs a look. */
export interface CodeRemark {
  /** One-based. */
  readonly line: number;
  /** The text that was found. */
  readonly found: string;
  readonly reason: string;
}

/** Properties of payload format 1.0 that 2.0 has not, or has elsewhere. */
const ofOldEvents: readonly [RegExp, string][] = [
  [/\bhttpMethod\b/, 'event.requestContext.http.method'],
  [/\bevent\??\.path\b(?!Parameters)|\{[^}]*\bpath\b[^}]*\} = event\b/, 'event.rawPath'],
  [/\bevent\??\.resource\b/, 'event.routeKey, with the method'],
  [/\bmultiValueHeaders\b/, 'event.headers, joined by commas; "cookies" of event and response'],
  [/\bmultiValueQueryStringParameters\b/, 'event.queryStringParameters, joined by commas'],
  [/\brequestContext\??\.identity\b/, 'event.requestContext.http.sourceIp and userAgent'],
  [/\brequestContext\??\.(?:path|resourcePath)\b/, 'event.requestContext.http.path'],
  [/\brequestContext\??\.authorizer\b(?!\??\.jwt)/, 'event.requestContext.authorizer.jwt.claims'],
  [/\bheaders\??(?:\.[A-Z]\w*|\.?\[['"][^'"\]]*[A-Z][^'"\]]*['"]\])/, 'lower-case names of headers'],
];

/** Properties that no event and no context of nodejs24.x has, or modules that do not know the events. */
const ofAnyEvents: readonly [RegExp, string][] = [
  [/\bcontext\.(?:succeed|fail|done)\b/, 'nodejs24.x has none of them: return the response, or throw.'],
  [/['"]aws-serverless-express(?:\/[^'"]*)?['"]/, 'It knows payload format 1.0 only: use serverless-http.'],
  [
    /['"]aws-sdk(?:\/[^'"]*)?['"]/,
    'nodejs24.x has no version 2 of the SDK: the bundle carries it. Version 3 is smaller.',
  ],
];

/** Reads of files: a bundle has no files beside it that package.json does not name. */
const ofFiles: readonly [RegExp, string][] = [
  [
    /\b(?:__dirname|__filename|process\.cwd\(\)|import\.meta\.(?:dirname|filename|url)|(?:readFile|readdir)(?:Sync)?\(|createReadStream\()/,
    'Name files that it reads in "lambda": { "include": [] } of package.json. They are beside the bundle, below LAMBDA_TASK_ROOT.',
  ],
];

/**
 * Finds lines that will not do what they did: they read events of payload format 1.0 (`http` events), use what nodejs24.x has not,
 * or read files.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function codeRemarks(text: string, payload: '1.0' | '2.0'): CodeRemark[] {
  const old = ofOldEvents.map(([pattern, now]): [RegExp, string] => [
    pattern,
    `Payload format 2.0 has ${now} instead.`,
  ]);
  const rules = [...ofAnyEvents, ...ofFiles, ...(payload === '1.0' ? old : [])];
  return withoutComments(text)
    .split('\n')
    .flatMap((code, index) =>
      rules.flatMap(([pattern, reason]) => {
        const [found] = pattern.exec(code) ?? [];
        return found === undefined ? [] : [{ line: index + 1, found: found.trim(), reason }];
      }),
    );
}

/** Blanks out block comments and lines that are comments. Line numbers stay. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/^\s*\/\/.*$/gm, '');
}

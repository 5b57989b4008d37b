import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A page of the reference as an HTTP response. */
export interface ReferencePage {
  readonly statusCode: 200;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
}

/** Finds a page of the reference by its path. */
type FindPage = (path: string) => ReferencePage | undefined;

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API reference</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <main id="reference"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  // Its default validator is on another machine.
  validatorUrl: null,
});
`;

// Swagger UI sets style attributes and shows images from data URLs. No other machine is contacted.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the API reference: the OpenAPI document at `/openapi.json`, and at `/docs` Swagger UI, which shows the document and
 * sends requests. Everything comes from this machine.
 */
export function referencePages(document: string): FindPage {
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return (path) => {
    if (path === '/openapi.json') return respond('application/json', document);
    if (path === '/docs') return respond('text/html; charset=utf-8', page);
    if (path === '/docs/start.js') return respond('text/javascript; charset=utf-8', start);
    const asset = path.startsWith('/docs/') ? path.slice('/docs/'.length) : '';
    const type = Object.hasOwn(assets, asset) ? assets[asset] : undefined;
    return type === undefined ? undefined : respond(type, readFileSync(join(swagger, asset)));
  };
}

function respond(type: string, body: string | Buffer): ReferencePage {
  return {
    statusCode: 200,
    headers: [
      ['content-type', type],
      ['content-security-policy', policy],
      ['x-content-type-options', 'nosniff'],
      ['cache-control', 'no-cache'],
    ],
    body,
  };
}

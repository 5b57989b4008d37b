import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { securityScheme } from './openapi/document.ts';

/** A page of the reference as an HTTP response. */
export interface ReferencePage {
  readonly statusCode: 200;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
}

/**
 * Finds a page of the reference by its path.
 *
 * @param token - bearer token that the page sends. Whoever sees the page has it: give it to requests from this machine only
 */
type FindPage = (path: string, token?: string) => ReferencePage | undefined;

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
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

const start = (token: string | undefined) => `const token = ${JSON.stringify(token ?? null)};
const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  // A token that is filled in below is newer than one that the browser kept.
  persistAuthorization: token === null,
  // Its default validator is on another machine.
  validatorUrl: null,
  onComplete: () => {
    if (token !== null) ui.preauthorizeApiKey('${securityScheme}', token);
  },
});
// Swagger UI has a dark style, and its switch is in a bar that is not shown here.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
`;

// Swagger UI sets style attributes and shows images from data URLs. No other machine is contacted.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the API reference: the OpenAPI document at `/openapi.json`, and at `/docs` Swagger UI, which shows the document and
 * sends requests. Everything comes from this machine.
 *
 * @param document - OpenAPI document as JSON
 */
export function referencePages(document: string): FindPage {
  const { info }: { info?: { title?: string } } = JSON.parse(document);
  const title = `${info?.title ? `${info.title}: ` : ''}API reference`;
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return (path, token) => {
    if (path === '/openapi.json') return respond('application/json', document);
    if (path === '/docs') return respond('text/html; charset=utf-8', page(title));
    if (path === '/docs/start.js') return respond('text/javascript; charset=utf-8', start(token));
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
      // A page of another origin must not load the script with the token.
      ['cross-origin-resource-policy', 'same-origin'],
      ['cache-control', 'no-cache'],
    ],
    body,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { apiStacks } from '@nanoservices/deploy';
import { fuse } from '@nanoservices/endpoint';
import type { Route, Stage } from '@nanoservices/model';
import { apiRouter, type FindRoute } from '@nanoservices/runtime/gateway';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';

// A thousand endpoints are too many for one HTTP API. A domain with one for each resource must answer as one would. This is what
// API Gateway does with the templates: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
const stage = {
  ...{ application: 'shop', name: 'dev', file: 'functions/stages.json', region: 'eu-central-1' },
  ...{ logRetentionDays: 14, throttling: { rateLimit: 1000, burstLimit: 500 }, environment: {}, tags: {} },
  jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
  domain: {
    name: 'api.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b',
  },
} satisfies Stage;

const resources = ['orders', 'order-items', 'customers', 'desks', 'v1/orders', 'v1/desks', 'v2'];
const shapes = ['', '/{id}', '/all', '/{id}/parts', '/{id}/parts/{part}', '/{id}/files/{path+}'];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** `/orders-2` is beside `/orders`. */
const routes: Route[] = resources
  .flatMap((resource) => ['', '-2', '-3', '-old', '-new'].map((copy) => `/${resource}${copy}`))
  .flatMap((resource) => shapes.map((shape) => resource + shape))
  .flatMap((path) => methods.map((method) => ({ method, path })))
  .slice(0, 1000)
  .map(({ method, path }, index) => ({
    ...{ endpoint: `e${index}`, method, path, access: 'public' as const, summary: `The endpoint ${index}` },
    // Some functions have endpoints of several resources.
    function: index % 3 === 0 ? `unit-${index % 7}` : `e${index}`,
  }));

interface MappedApi {
  readonly key: string;
  readonly variables: Record<string, string>;
  readonly find: FindRoute;
}

// biome-ignore lint/suspicious/noExplicitAny: templates are looked at from outside
type Json = any;

const apis: MappedApi[] = apiStacks(stage, { routes }).flatMap(({ service }) => {
  const { HttpApi, HttpApiStage, DomainMapping } = (service.resources as Json).Resources;
  if (!HttpApi) return [];
  const { paths, components } = HttpApi.Properties.Body;
  const deployed = Object.entries<Json>(paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations).map(([method, operation]) => {
      const { $ref } = operation['x-amazon-apigateway-integration'];
      const { uri } = components['x-amazon-apigateway-integrations'][$ref.split('/').at(-1)];
      const target = /function:shop-dev-([\w-]+):live/.exec(uri['Fn::Sub'])?.[1] as string;
      return { method: method.toUpperCase() as 'GET', path, access: 'public' as const, function: target };
    }),
  );
  return [
    {
      key: DomainMapping.Properties.ApiMappingKey ?? '',
      variables: HttpApiStage.Properties.StageVariables ?? {},
      find: apiRouter(deployed),
    },
  ];
});

const whole = apiRouter(routes);
const endpoints = new Map(routes.map(({ method, path, endpoint }) => [`${method} ${path}`, endpoint]));
const handlers = new Map(
  [...new Set(routes.map((route) => route.function))].map((name) => {
    const own = routes.filter((route) => route.function === name);
    const fused = own.map(({ endpoint, method, path }) => ({
      ...{ name: endpoint, route: `${method} ${path}`, handler: () => endpoint },
    }));
    return [name, fuse(fused)];
  }),
);

/** The endpoint that one HTTP API with all routes would send a request to. */
function endpointOf(method: string, path: string): object | undefined {
  const match = whole(method, path);
  return match && { endpoint: endpoints.get(match.routeKey), pathParameters: match.pathParameters };
}

/** The endpoint that answers behind the domain: of the API with the longest mapping, whose routes lack it. */
function mappedEndpoint(method: string, path: string): object | undefined {
  const [api] = apis
    .filter(({ key }) => path.slice(1).startsWith(key))
    .sort((a, b) => b.key.length - a.key.length);
  const rest = api && path.slice(api.key === '' ? 0 : api.key.length + 1);
  // A text that only begins as the mapping does.
  if (!api || rest === undefined || (rest !== '' && !rest.startsWith('/'))) return undefined;
  const match = api.find(method, rest || '/');
  if (!match) return undefined;
  const event = { routeKey: match.routeKey, stageVariables: api.variables };
  const handler = handlers.get(match.route.function);
  return {
    endpoint: handler?.(event as unknown as APIGatewayProxyEventV2, {} as Context),
    pathParameters: match.pathParameters,
  };
}

it('a thousand endpoints get an API for each resource', () => {
  expect(routes).toHaveLength(1000);
  expect(new Set(routes.map((route) => route.function)).size).toBeGreaterThan(600);
  expect(apis.length).toBeGreaterThan(20);
});

it('each of them answers behind the domain, with its parameters', () => {
  for (const { method, path, endpoint } of routes) {
    const url = path.replace('{path+}', 'a/b').replaceAll(/\{(\w+)\}/g, 'some-$1');
    expect(mappedEndpoint(method, url), url).toEqual(endpointOf(method, url));
    expect(mappedEndpoint(method, url), url).toMatchObject({ endpoint });
  }
});

it('any other request is answered as by one API', () => {
  const part = fc.oneof(
    fc.constantFrom('orders', 'orders-2', 'orders2', 'v1', 'v2', 'v2-old', 'desks', 'all', 'parts', 'files'),
    fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', '1', '-', '.', '~') }),
  );
  const paths = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.constantFrom(...methods, 'OPTIONS'), paths, (method, path) => {
      expect(mappedEndpoint(method, path)).toEqual(endpointOf(method, path));
    }),
    { numRuns: 2000 },
  );
});

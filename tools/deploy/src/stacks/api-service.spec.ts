import type { Route } from '@nanoservices/model';
import { describe, expect, it } from 'vitest';
import { routes, shopStage } from '../testing/shop.ts';
import { apiService } from './api-service.ts';
import { configurationOf, type Service } from './service.ts';

const stage = shopStage({
  jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
  cors: { allowOrigins: ['https://shop.example.com'] },
});

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at from outside
type Json = any;
const resourcesOf = (some: readonly Route[]): Json =>
  (apiService(stage, { basePath: '', routes: some }).resources as { Resources: Json }).Resources;
const bodyOf = (some: readonly Route[]): Json => resourcesOf(some).HttpApi.Properties.Body;
const inOneFunction = routes.map((route) => ({ ...route, function: 'orders' }));

it('sends each route to the live alias of the function that holds its endpoint', () => {
  const body = bodyOf(inOneFunction);
  expect(Object.keys(body.paths['/orders/{orderId}'])).toEqual(['delete', 'get', 'patch']);
  const { $ref } = body.paths['/orders/{orderId}'].get['x-amazon-apigateway-integration'];
  const integration = $ref
    .split('/')
    .slice(1)
    .reduce((node: Json, key: string) => node[key], body);
  expect(integration).toMatchObject({ payloadFormatVersion: '2.0', timeoutInMillis: 30_000 });
  expect(integration.uri['Fn::Sub']).toMatch(/function:shop-dev-orders:live\/invocations$/);
});

it('has one integration for each function, however many routes lead to it', () => {
  const integrations = (some: readonly Route[]) =>
    Object.keys(bodyOf(some).components['x-amazon-apigateway-integrations']);
  expect(integrations(inOneFunction)).toEqual(['orders']);
  expect(integrations(routes)).toEqual(['delete-order', 'get-order', 'update-order']);
});

it('asks for the token and the scope that the contract asks for', () => {
  const body = bodyOf(routes);
  const { get, patch, delete: remove } = body.paths['/orders/{orderId}'];
  expect([get.security, patch.security, remove.security]).toEqual([
    undefined,
    [{ jwt: [] }],
    [{ jwt: ['admin'] }],
  ]);
  expect(body.components.securitySchemes.jwt['x-amazon-apigateway-authorizer'].jwtConfiguration).toEqual({
    issuer: 'https://issuer.example.com/',
    audience: ['shop'],
  });
});

it('sends what no other route takes to a plain handler, without a token unless it declares access', () => {
  const plain = (endpoint: string, method: Route['method'], path: string) =>
    ({ endpoint, function: endpoint, method, path, summary: path }) as const;
  const { paths } = bodyOf([
    ...routes,
    plain('legacy', 'ANY', '/{proxy+}'),
    { ...plain('fallback', 'ANY', '$default'), access: 'user' },
    plain('any-order', 'ANY', '/orders/{orderId}'),
    plain('head-order', 'HEAD', '/orders/{orderId}'),
  ]);
  const any = 'x-amazon-apigateway-any-method';
  expect(Object.keys(paths['/orders/{orderId}'])).toEqual([any, 'delete', 'get', 'head', 'patch']);
  expect(paths['/{proxy+}']).toEqual({
    [any]: {
      operationId: 'legacy',
      summary: '/{proxy+}',
      parameters: [{ name: 'proxy', in: 'path', required: true, schema: { type: 'string' } }],
      responses: expect.anything(),
      'x-amazon-apigateway-integration': { $ref: '#/components/x-amazon-apigateway-integrations/legacy' },
    },
  });
  expect(paths['/$default']).toEqual({
    [any]: expect.objectContaining({
      isDefaultRoute: true,
      operationId: 'fallback',
      security: [{ jwt: [] }],
    }),
  });
});

it('logs each request, throttles, answers preflights, and may only call live aliases of its stage', () => {
  const resources = resourcesOf(routes);
  const { AccessLogSettings, DefaultRouteSettings } = resources.HttpApiStage.Properties;
  expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({ requestId: '$context.requestId' });
  expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500 });
  expect(bodyOf(routes)['x-amazon-apigateway-cors']).toEqual({ allowOrigins: ['https://shop.example.com'] });
  const [policy] = resources.InvokeRole.Properties.Policies;
  expect(policy.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: [{ 'Fn::Sub': expect.stringMatching(/:function:shop-dev-\*:live$/) }],
    },
  ]);
});

it('does not depend on the order in which routes are found', () => {
  const [service, reversed] = [routes, routes.toReversed()].map((some) =>
    apiService(stage, { basePath: '', routes: some }),
  ) as [Service, Service];
  expect(service).toEqual(reversed);
  expect(configurationOf(service)).toBe(configurationOf(reversed));
});

describe('with a domain', () => {
  const domain = {
    name: 'api.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b',
  };
  const withDomain = shopStage({ domain });

  it('has the domain, a mapping of all paths, and the address and the target of DNS as outputs', () => {
    const { resources } = apiService(withDomain, { basePath: '', routes }) as Json;
    expect(resources.Resources.Domain.Properties).toEqual({
      DomainName: 'api.example.com',
      DomainNameConfigurations: [
        { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    expect(resources.Resources.DomainMapping.Properties).toEqual({
      ...{ ApiId: { Ref: 'HttpApi' }, Stage: '$default', DomainName: { Ref: 'Domain' } },
    });
    expect(resources.Resources.HttpApi.Properties.Body).not.toHaveProperty('servers');
    expect(resources.Outputs).toEqual({
      HttpApiUrl: { Value: 'https://api.example.com' },
      DomainTarget: { Value: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] } },
      DomainHostedZoneId: { Value: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] } },
    });
  });

  it('has the routes of a resource without the path that its mapping removes', () => {
    const some = routes.map((route) => ({ ...route, path: `/v1${route.path}` }));
    const { service, provider, resources } = apiService(withDomain, {
      basePath: '/v1/orders',
      routes: [...some, { ...(some[0] as Route), endpoint: 'list-orders', path: '/v1/orders' }],
    }) as Json;
    const { HttpApi, HttpApiStage, AccessLogs, DomainMapping, Domain } = resources.Resources;
    expect([service, provider.stackName]).toEqual(['shop-api--v1--orders', 'shop-dev-api--v1--orders']);
    expect(Object.keys(HttpApi.Properties.Body.paths).sort()).toEqual(['/', '/{orderId}']);
    // Only OpenAPI 2 has it at the top of the document.
    expect(HttpApi.Properties.Body.servers).toEqual([
      { url: '/', 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } },
    ]);
    expect(HttpApi.Properties.Body).not.toHaveProperty('x-amazon-apigateway-endpoint-configuration');
    expect(HttpApiStage.Properties.StageVariables).toEqual({ basePath: '/v1/orders' });
    expect(AccessLogs.Properties.LogGroupName).toBe('/aws/http-api/shop-dev/v1/orders');
    expect(DomainMapping.Properties).toMatchObject({
      ...{ DomainName: 'api.example.com', ApiMappingKey: 'v1/orders' },
    });
    expect(Domain).toBeUndefined();
    expect(resources.Outputs).toBeUndefined();
  });

  it('is a domain alone where all routes are elsewhere', () => {
    const { resources } = apiService(withDomain, { basePath: '', routes: [] }) as Json;
    expect(Object.keys(resources.Resources)).toEqual(['Domain']);
  });
});

import { contract } from '@nanoservices/endpoint';
import { type Stage, StagesFile } from '@nanoservices/platform';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { apiService } from './api-service.ts';

const { stages } = StagesFile.parse({
  application: 'shop',
  stages: {
    dev: {
      region: 'eu-central-1',
      jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
      cors: { allowOrigins: ['https://shop.example.com'] },
    },
  },
});
const stage = { ...stages.dev, application: 'shop', name: 'dev' } as Stage;

const params = z.strictObject({ gameId: z.string() });
const base = { summary: 'Test', params, path: '/games/{gameId}' } as const;
const getGame = contract({ ...base, name: 'get-game', method: 'GET', access: 'public' });
const updateGame = contract({ ...base, name: 'update-game', method: 'PATCH', access: 'user' });
const deleteGame = contract({ ...base, name: 'delete-game', method: 'DELETE', access: { scope: 'admin' } });
const contracts = [getGame, updateGame, deleteGame];

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at from outside
type Json = any;
const resourcesOf = (routes: Json): Json =>
  (apiService(stage, routes, 'bucket').resources as { Resources: Json }).Resources;
const bodyOf = (routes: Json): Json => resourcesOf(routes).HttpApi.Properties.Body;

it('sends each route to the live alias of the function that holds its endpoint', () => {
  const body = bodyOf(contracts.map((one) => ({ contract: one, function: 'games' })));
  expect(Object.keys(body.paths['/games/{gameId}'])).toEqual(['delete', 'get', 'patch']);
  const { $ref } = body.paths['/games/{gameId}'].get['x-amazon-apigateway-integration'];
  const integration = $ref
    .split('/')
    .slice(1)
    .reduce((node: Json, key: string) => node[key], body);
  expect(integration).toMatchObject({ payloadFormatVersion: '2.0', timeoutInMillis: 30_000 });
  expect(integration.uri['Fn::Sub']).toMatch(/function:shop-dev-games:live\/invocations$/);
});

it('has one integration for each function, however many routes lead to it', () => {
  const integrations = (functionOf: (name: string) => string) => {
    const body = bodyOf(contracts.map((one) => ({ contract: one, function: functionOf(one.name) })));
    return Object.keys(body.components['x-amazon-apigateway-integrations']);
  };
  expect(integrations(() => 'games')).toEqual(['games']);
  expect(integrations((name) => name)).toEqual(['delete-game', 'get-game', 'update-game']);
});

it('lets in whom the contract lets in', () => {
  const body = bodyOf(contracts.map((one) => ({ contract: one, function: one.name })));
  const { get, patch, delete: remove } = body.paths['/games/{gameId}'];
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

it('logs each request, throttles, answers preflights, and may only call live aliases of its stage', () => {
  const routes = contracts.map((one) => ({ contract: one, function: one.name }));
  const resources = resourcesOf(routes);
  const { AccessLogSettings, DefaultRouteSettings } = resources.HttpApiStage.Properties;
  expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({ requestId: '$context.requestId' });
  expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500 });
  expect(bodyOf(routes)['x-amazon-apigateway-cors']).toEqual({ allowOrigins: ['https://shop.example.com'] });
  const [policy] = resources.InvokeRole.Properties.Policies;
  expect(policy.PolicyDocument.Statement[0].Resource['Fn::Sub']).toMatch(/:function:shop-dev-\*:live$/);
});

it('does not depend on the order in which routes are found', () => {
  const routes = contracts.map((one) => ({ contract: one, function: one.name }));
  expect(apiService(stage, routes, 'b')).toEqual(apiService(stage, routes.toReversed(), 'b'));
});

import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { contract, endpoint, hook, reply, withHooks } from '@nanoservices/endpoint';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import * as lambdaApi from 'lambda-api';
import * as z from 'zod/mini';
import { Body, type Contestant, type Handler, location, Params, Score } from './work.ts';

const problem = (status: number) => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json' },
});

/** A handler written by hand for this work only: the lower bound. */
const bare: Handler = async (event) => {
  const params = Params.safeParse(event.pathParameters);
  const body = Body.safeParse(JSON.parse(event.body ?? ''));
  if (!params.success || !body.success) return { ...problem(400), body: '{}' };
  return {
    statusCode: 201,
    headers: { location: location(params.data.gameId), 'content-type': 'application/json' },
    body: JSON.stringify({ gameId: params.data.gameId, ...body.data }),
  };
};

const createScore = contract({
  name: 'create-score',
  method: 'POST',
  path: '/games/{gameId}/scores',
  summary: 'Create a score',
  params: Params,
  body: Body,
  response: Score,
  status: 201,
  access: 'public',
});

const ours = endpoint(createScore, async ({ params, body }) =>
  reply({ gameId: params.gameId, ...body }, { headers: { location: location(params.gameId) } }),
);

/** Two hooks as a team may have: one adds to the input, one looks at the outcome. */
const withTenant = hook({ name: 'tenant', before: ({ event }) => ({ tenant: event.headers.host }) });
const looking = hook({
  name: 'looking',
  after: ({ contract }, { status, durationMs }) => void [contract.name, status, durationMs],
});
const hooked = withHooks(
  endpoint,
  withTenant,
  looking,
)(createScore, async ({ params, body }) =>
  reply({ gameId: params.gameId, ...body }, { headers: { location: location(params.gameId) } }),
);

const withMiddy = middy()
  .use(httpHeaderNormalizer())
  .use(httpJsonBodyParser())
  .use(httpErrorHandler({ logger: false }))
  .handler(async (event: { pathParameters?: unknown; body?: unknown }) => {
    const params = z.parse(Params, event.pathParameters);
    const body = Body.safeParse(event.body);
    if (!body.success) return { ...problem(400), body: '{}' };
    return {
      statusCode: 201,
      headers: { location: location(params.gameId), 'content-type': 'application/json' },
      body: JSON.stringify({ gameId: params.gameId, ...body.data }),
    };
  });

// The package is CommonJS and its types say otherwise: the factory is the default of its namespace.
const api = (lambdaApi.default as unknown as (options: object) => lambdaApi.API)({ logger: false });
api.post('/games/:gameId/scores', async (request: lambdaApi.Request, response: lambdaApi.Response) => {
  const params = Params.safeParse({ gameId: request.params.gameId });
  const body = Body.safeParse(request.body);
  if (!params.success || !body.success) return response.status(400).json({});
  response.status(201).header('location', location(params.data.gameId));
  return { gameId: params.data.gameId, ...body.data };
});

const app = new Hono();
app.post('/games/:gameId/scores', async (context) => {
  const params = Params.safeParse({ gameId: context.req.param('gameId') });
  const body = Body.safeParse(await context.req.json());
  if (!params.success || !body.success) return context.json({}, 400);
  context.header('location', location(params.data.gameId));
  return context.json({ gameId: params.data.gameId, ...body.data }, 201);
});

export const contestants: readonly Contestant[] = [
  { name: 'bare handler', handler: bare },
  { name: 'endpoint()', handler: ours as Handler },
  { name: 'endpoint() with two hooks', handler: hooked as Handler },
  { name: '@middy/core', handler: withMiddy as unknown as Handler },
  { name: 'lambda-api', handler: (async (event, context) => api.run(event as never, context)) as Handler },
  { name: 'hono/aws-lambda', handler: handle(app) as unknown as Handler },
];

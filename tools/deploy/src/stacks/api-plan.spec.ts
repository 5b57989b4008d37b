import type { Route } from '@nanoservices/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shopStage } from '../testing/shop.ts';
import { type PlannedApi, planApis } from './api-plan.ts';
import { apiStacks } from './api-stacks.ts';

const stage = shopStage({
  jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
  domain: {
    name: 'api.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b',
  },
});

/** Routes of functions of their own. */
const nano = (count: number, path: (index: number) => string, more: Partial<Route> = {}): Route[] =>
  Array.from({ length: count }, (_, index) => {
    const endpoint = `e-${path(index).replaceAll(/[^a-z0-9]+/gi, '-')}-${index}`;
    return {
      endpoint,
      function: endpoint,
      method: 'GET',
      path: path(index),
      summary: 'x',
      access: 'user',
      ...more,
    };
  });

const resources = (count: number) => (index: number) => `/r${index % count}/{id}/p${index}`;
const sizes = (apis: readonly PlannedApi[]) =>
  Object.fromEntries(apis.map(({ basePath, routes }) => [basePath, routes.length]));

describe('the HTTP APIs of a stage', () => {
  it('are one, as long as one takes all', () => {
    expect(sizes(planApis(stage, nano(300, resources(3))))).toEqual({ '': 300 });
    const one = { function: 'app' };
    expect(sizes(planApis(shopStage(), nano(400, resources(3), one)))).toEqual({ '': 400 });
  });

  it('are one for each resource otherwise, for thousand functions, too', () => {
    expect(sizes(planApis(stage, nano(301, resources(3))))).toEqual({ '/r0': 101, '/r1': 100, '/r2': 100 });
    const apis = planApis(stage, nano(1000, resources(40)));
    expect(apis).toHaveLength(40);
    expect(
      apiStacks(stage, { routes: nano(1000, resources(40)) })
        .map(({ part }) => part)
        .slice(0, 3),
    ).toEqual(['api', 'api--r0', 'api--r1']);
  });

  it('divide a resource that is too large by the next part of the path', () => {
    const versions = nano(400, (index) => `/v1/r${index % 2}/p${index}`);
    const above = nano(1, () => '/v1');
    expect(sizes(planApis(stage, [...versions, ...above]))).toEqual({
      ...{ '/v1': 1, '/v1/r0': 200, '/v1/r1': 200 },
    });
  });

  it('leave plain handlers, which read the path, with the routes beside them above', () => {
    const plain = nano(1, () => '/r1/legacy/{proxy+}', { method: 'ANY' });
    expect(sizes(planApis(stage, [...nano(400, resources(4)), ...plain]))).toEqual({
      ...{ '': 101, '/r0': 100, '/r2': 100, '/r3': 100 },
    });
  });

  it('keep together what a mapping would not tell apart', () => {
    const [some, plain] = [nano(400, resources(4)), nano(1, () => '/r2x', { method: 'ANY' })];
    expect(sizes(planApis(stage, [...some, ...plain]))).toEqual({
      ...{ '': 101, '/r0': 100, '/r1': 100, '/r3': 100 },
    });
    const archive = nano(1, () => '/r2-archive/{id}');
    expect(sizes(planApis(stage, [...some, ...archive]))).toMatchObject({ '/r2': 100, '/r2-archive': 1 });
  });

  it.each([
    ['$default', { method: 'ANY' as const }, '$default of '],
    ['/{proxy+}', { method: 'ANY' as const }, 'ANY /{proxy+} of '],
    ['/{tenant}/orders', {}, 'GET /{tenant}/orders of '],
  ])('cannot be divided beside %s', (path, more, named) => {
    const plan = () => planApis(stage, [...nano(400, resources(4)), ...nano(1, () => path, more)]);
    expect(plan).toThrow(`lead to 401 functions, too many for one HTTP API, and ${named}`);
    expect(plan).toThrow(/choose a topology with fewer functions/);
  });

  it('cannot be divided where too many paths are no resources', () => {
    expect(() =>
      planApis(
        stage,
        nano(301, (index) => `/V1.${index}`),
      ),
    ).toThrow(
      /301 functions have routes below "\/" that no HTTP API of their own can have, such as GET \/V1\.0/,
    );
    expect(() =>
      planApis(
        stage,
        nano(301, (index) => `/orders/{id}/p${index}`),
      ),
    ).toThrow(/GET \/orders\/\{id\}\/p0 of .* keeps those below "\/orders\/" together/);
    expect(() =>
      planApis(
        stage,
        nano(500, (index) => `/v1/r${index}/x`),
      ),
    ).toThrow(/500 HTTP APIs .*a domain takes 200/);
  });

  it('have each route once, below their path, and no more than AWS takes', () => {
    const first = fc.constantFrom('a', 'ab', 'b-c', 'v1', 'V2', 'x.y', 'orders', 'desk', 'desk-2');
    const part = fc.oneof(first, fc.constant('{id}'));
    const route = fc.record({
      path: fc
        .tuple(first, fc.array(part, { maxLength: 2 }))
        .map(([one, rest]) => `/${[one, ...new Set(rest)].join('/')}`),
      method: fc.oneof(
        { weight: 500, arbitrary: fc.constantFrom<Route['method']>('GET', 'POST') },
        { weight: 1, arbitrary: fc.constant<Route['method']>('ANY') },
      ),
    });
    let divided = 0;
    fc.assert(
      fc.property(fc.array(route, { minLength: 301, maxLength: 700 }), (some) => {
        const routes = some.flatMap(({ path, method }, index) => {
          const endpoint = `e${index}`;
          return nano(1, () => path, { method, endpoint, function: endpoint });
        });
        let apis: readonly PlannedApi[];
        try {
          apis = planApis(stage, routes);
        } catch (error) {
          expect((error as Error).message).toMatch(/Choose|choose/);
          return;
        }
        expect(apis.flatMap((api) => api.routes.map(({ endpoint }) => endpoint)).sort()).toEqual(
          routes.map(({ endpoint }) => endpoint).sort(),
        );
        divided++;
        for (const { basePath, routes: own } of apis) {
          expect(own.length).toBeLessThanOrEqual(300);
          expect(own.every(({ path }) => path === basePath || path.startsWith(`${basePath}/`))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
    expect(divided).toBeGreaterThan(20);
  });
});

import type { StageDeployment } from '@nanoservices/deploy';
import { expect, it } from 'vitest';
import { deploySummary } from './deploy-summary.ts';

const route = {
  function: 'get-order',
  endpoint: 'get-order',
  method: 'GET',
  path: '/orders/{orderId}',
} as const;
const routes = [
  { ...route, summary: '', access: 'public' },
  {
    ...route,
    endpoint: 'add',
    function: 'orders',
    method: 'POST',
    path: '/orders',
    summary: '',
    access: 'user',
  },
] as const;
const none: StageDeployment = {
  topology: 'nano',
  commit: 'c',
  outcomes: [],
  notTried: [],
  routes: [],
  leftOut: [],
  missingSecrets: [],
  phases: [],
  apiUrl: undefined,
};
const done = (name: string, action: 'skip' | 'code' | 'full', reason: string, version?: string) => ({
  name,
  durationMs: 1234,
  result: { action, reason, codeSha256: 'x', version, isCurrent: true },
});
const summary = (deployment: Partial<StageDeployment>, isDryRun = false) =>
  deploySummary({ ...none, ...deployment }, { stage: 'dev', isDryRun }).split('\n');

it('names the version and the reason of what was deployed, and of what was not', () => {
  const outcomes = [
    done('get-order', 'full', 'new', '1'),
    done('list-orders', 'code', 'code changed', '7'),
    done('delete-order', 'skip', 'unchanged', '3'),
    { name: 'platform', durationMs: 50, result: { action: 'skip' as const, reason: 'unchanged' } },
  ];
  expect(summary({ outcomes })).toEqual([
    '✓ get-order: new, version 1 is live (1.2 s)',
    '✓ list-orders: code changed, version 7 is live (1.2 s)',
    '- delete-order: unchanged, version 3 is live',
    '- platform: unchanged',
    '2 deployed, 2 skipped, 0 failed in 0.0 s',
  ]);
});

it('says what was not tried, and because of what', () => {
  const outcomes = [{ name: 'get-order', durationMs: 10, error: new Error('broken') }];
  expect(summary({ outcomes, notTried: ['api'], routes, apiUrl: 'https://api.example.com' })).toEqual([
    '✗ get-order: failed (0.0 s)',
    '- api: not deployed, since get-order failed',
    '0 deployed, 0 skipped, 1 failed in 0.0 s',
  ]);
});

it('ends with where the time went', () => {
  const outcomes = [done('get-order', 'full', 'new', '1')];
  const phases = [
    { name: 'packages', durationMs: 3100 },
    { name: 'functions', durationMs: 41_234 },
  ];
  expect(summary({ outcomes, phases }).at(-1)).toBe(
    '1 deployed, 0 skipped, 0 failed in 44.3 s: packages 3.1 s, functions 41.2 s',
  );
});

it('lists the address of each endpoint, sorted by path', () => {
  expect(summary({ routes, apiUrl: 'https://api.example.com/' })).toEqual([
    'The API of dev is at https://api.example.com/',
    '  POST   https://api.example.com/orders            orders',
    '  GET    https://api.example.com/orders/{orderId}  get-order',
  ]);
});

it('lists a route of every path as such', () => {
  const fallback = {
    method: 'ANY',
    path: '$default',
    function: 'legacy',
    endpoint: 'legacy',
    summary: 'x',
  } as const;
  expect(summary({ routes: [fallback], apiUrl: 'https://api.example.com/' })).toEqual([
    'The API of dev is at https://api.example.com/',
    '  ANY    https://api.example.com/…  legacy',
  ]);
});

it('says how to get an address where there is none', () => {
  expect(summary({ routes })).toEqual([
    'The API of dev is not deployed, so no route leads there yet: npx nanos deploy api --stage dev',
  ]);
});

it('of a dry run is the plan', () => {
  const outcomes = [done('get-order', 'full', 'new'), done('list-orders', 'code', 'code changed', '7')];
  expect(summary({ outcomes, routes }, true)).toEqual([
    '→ get-order: full deployment: new',
    '→ list-orders: code only: code changed, version 7 is live',
    '2 to deploy, 0 skipped, 0 failed in 0.0 s',
  ]);
});

it.each([true, false])('names the endpoints that the stage leaves out, and why; dry run: %s', (isDryRun) => {
  const [one, another] = routes;
  expect(summary({ leftOut: [one] }, isDryRun).at(-1)).toBe(
    'Left out: get-order. It wants a token, and the stage "dev" in stages.json has no "jwt".',
  );
  expect(summary({ leftOut: [one, another] }, isDryRun).at(-1)).toBe(
    'Left out: add, get-order. They want a token, and the stage "dev" in stages.json has no "jwt".',
  );
});

it('names missing secrets, and the commands that set them', () => {
  const missingSecrets = [
    { name: 'PAY_KEY', function: 'pay-order' },
    { name: 'PAY_KEY', function: 'refund-order' },
    { name: 'MAIL_KEY', function: 'pay-order' },
  ];
  expect(summary({ missingSecrets }, true)).toEqual([
    'The stage dev lacks secrets: PAY_KEY of pay-order, refund-order; MAIL_KEY of pay-order. Set them: npx nanos secret set PAY_KEY --stage dev; npx nanos secret set MAIL_KEY --stage dev',
  ]);
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StartedApi, startApi } from '@nanoservices/runtime';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  type ArcadeClientModule,
  type BuiltArcadeClient,
  buildArcadeClient,
} from '../testbed/arcade-client.ts';
import { launchBrowser } from '../testbed/browser.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

interface ForeignPage {
  readonly api: ArcadeClientModule;
}

// Chromium against the started API: the page of the reference, and a page of another origin that uses the typed client.
const ann = '0197f3a0-0000-7000-8000-000000000001';
const foreignPage = `<!doctype html><link rel="icon" href="data:,">
  <script type="module">import * as api from '/client.js'; window.api = api;</script>`;
let workspace: WorkspaceFixture;
let client: BuiltArcadeClient;
let api: StartedApi;
let site: Server;
let siteUrl: string;
let browser: Browser;
let page: Page;
let complaints: string[];
let strangers: string[];

beforeAll(async () => {
  client = await buildArcadeClient();
  site = createServer(({ url }, response) => {
    const isCode = url === '/client.js';
    response.setHeader('content-type', isCode ? 'text/javascript' : 'text/html');
    response.end(isCode ? readFileSync(client.file) : foreignPage);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  workspace = new WorkspaceFixture({ application: 'arcade' });
  const cors = {
    allowOrigins: [siteUrl],
    allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    allowHeaders: ['authorization', 'content-type', 'if-match', 'idempotency-key'],
  };
  const localCaller = { subject: 'ann', scopes: ['admin'] };
  workspace.write('functions/api.json', JSON.stringify({ cors, localCaller }));
  vi.stubEnv('DATABASE_LINGER_MS', '500');
  api = await startApi({ root: workspace.root, env: {} });
  browser = await launchBrowser();
});

beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  strangers = [];
  page.on('console', (entry) => {
    if (['error', 'warning'].includes(entry.type())) complaints.push(entry.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && ![api.url, siteUrl].includes(origin)) strangers.push(request.url());
  });
});

afterAll(async () => {
  await browser?.close();
  site?.close();
  await api?.stop();
  client?.[Symbol.dispose]();
  await workspace?.delete();
});

it('/docs shows every operation, from this machine alone', async () => {
  await page.goto(`${api.url}/docs`);
  await page.locator('.opblock').first().waitFor();
  const shown = await page.locator('.opblock-summary-path').allInnerTexts();
  const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as { paths: object };
  const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
  expect(shown).toHaveLength(operations.length);
  expect(shown.map((path) => path.replaceAll('\u200b', ''))).toContain('/games/{gameId}/players/{userId}');
  expect(await page.title()).toBe('nanoservices: API reference');
  expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
});

it('/docs follows the colours of the system', async () => {
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${api.url}/docs`);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).not.toBe(light);
});

it('/docs sends requests as the local caller, without a login', async () => {
  await page.goto(`${api.url}/docs`);
  const operation = page.locator('#operations-users-get-user');
  await operation.locator('.opblock-summary').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByPlaceholder('userId').fill(ann);
  const response = page.waitForResponse(`${api.url}/users/${ann}`);
  await operation.getByRole('button', { name: 'Execute' }).click();
  expect(await (await response).json()).toMatchObject({ name: 'Ann Demo', email: 'ann@example.com' });
  const shown = operation.locator('.live-responses-table');
  await shown.locator('.response-col_status', { hasText: '200' }).waitFor();
  expect(await shown.innerText()).toContain('Ann Demo');
  expect(complaints).toEqual([]);
});

it('the typed client works in a page of an allowed origin', async () => {
  await page.goto(siteUrl);
  const seen = await page.evaluate(
    async ({ baseUrl, token, userId }) => {
      const { createClient, isProblem } = (globalThis as unknown as ForeignPage).api;
      const client = createClient({ baseUrl, token });
      const game = await client.createGame({ body: { title: 'From a page', seats: 2 } });
      const gameId = game.id;
      const change = { params: { gameId }, body: { title: 'Changed' }, ifMatch: game.version };
      const changed = await client.updateGame(change);
      const late = await client.updateGame(change).catch((error: unknown) => error);
      await client.joinGame({ params: { gameId, userId } });
      const { players } = await client.getGame({ params: { gameId } });
      const nothing = await client.deleteGame({ params: { gameId } });
      return {
        title: changed.title,
        isLate: isProblem(late, 'precondition-failed'),
        players: players.map((player) => player.userId),
        nothing,
      };
    },
    { baseUrl: api.url, token: `${api.token}`, userId: ann },
  );
  expect(seen).toEqual({ title: 'Changed', isLate: true, players: [ann], nothing: undefined });
  expect(strangers).toEqual([]);
});

it('and in one of another origin, it does not', async () => {
  await page.goto(siteUrl.replace('127.0.0.1', 'localhost'));
  const outcome = await page.evaluate(async (baseUrl) => {
    const { createClient } = (globalThis as unknown as ForeignPage).api;
    const client = createClient({ baseUrl, retries: 0 });
    return client.listGames().then(
      () => 'a response',
      (error: Error) => error.name,
    );
  }, api.url);
  expect(outcome).toBe('NetworkError');
});

import { apiDocument } from '@nanoservices/api';
import { readWorkspace, type Workspace } from '@nanoservices/model';
import { startApi } from '@nanoservices/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { typeErrors } from './type-errors.ts';
import { WorkspaceFixture } from './workspace-fixture.ts';

describe('the shop', () => {
  let fixture: WorkspaceFixture;
  let workspace: Workspace;
  beforeAll(async () => {
    // The embedded database stops soon after its last user.
    vi.stubEnv('DATABASE_LINGER_MS', '500');
    fixture = new WorkspaceFixture();
    workspace = await readWorkspace(fixture.root);
  });
  afterAll(() => fixture.delete());

  it('is a workspace with endpoints, units, a database and schemas', () => {
    const counts = ['nano', 'micro', 'mono'].map((name) => workspace.pack(name).functions.length);
    expect(counts).toEqual([7, 2, 1]);
    expect(workspace.database?.packageName).toBe('@shop/data-access');
    expect(workspace.schemas?.packageName).toBe('@shop/validation');
    expect(workspace.stages().map(({ name }) => name)).toEqual(['dev']);
    expect(workspace.traffic()?.endpoints).toHaveProperty('get-order');
  });

  it('has no type error', () => {
    expect(typeErrors(fixture.root)).toEqual([]);
  });

  it('has an OpenAPI document', async () => {
    const { paths } = await apiDocument(workspace);
    expect(Object.keys(paths ?? {}).sort()).toEqual([
      '/customers/{customerId}',
      '/customers/{customerId}/orders',
      '/orders',
      '/orders/{orderId}',
    ]);
  });

  it('serves, with its data, as its local caller', async () => {
    await using api = await startApi({ root: fixture.root, env: {} });
    const headers = { authorization: `Bearer ${api.token}` };
    const customer = '01980000-0000-7000-8000-00000000000c';
    const response = await fetch(`${api.url}/customers/${customer}`, { headers });
    expect(await response.json()).toEqual({
      id: customer,
      name: 'Carla',
      orders: {
        status: 'available',
        items: [expect.objectContaining({ item: 'Bread' }), expect.objectContaining({ item: 'Apples' })],
        nextCursor: null,
      },
    });
    const created = await fetch(`${api.url}/orders`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ item: 'Dates', quantity: 2 }),
    });
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ item: 'Dates', customerId: customer, status: 'open' });
  });
});

describe('a fixture', () => {
  it('without endpoints has those that are written', async () => {
    await using fixture = new WorkspaceFixture().withoutEndpoints();
    fixture.endpoint('one', 'GET /one', 'return {}');
    const { endpoints, units } = await readWorkspace(fixture.root);
    expect(endpoints.map(({ name }) => name)).toEqual(['one']);
    expect(units.map(({ name }) => name)).toEqual(['app']);
  });

  it('is committed, and refuses an edit that changes nothing', async () => {
    await using fixture = new WorkspaceFixture();
    const [first, second] = [fixture.commit('first'), fixture.commit('second')];
    expect(first).toMatch(/^[\da-f]{12}$/);
    expect(second).not.toBe(first);
    fixture.edit('functions/topology.json', (text) => text.replace('nano', 'micro'));
    expect(fixture.read('functions/topology.json')).toContain('"active": "micro"');
    expect(() => fixture.edit('functions/topology.json', (text) => text)).toThrow('changes nothing');
  });
});

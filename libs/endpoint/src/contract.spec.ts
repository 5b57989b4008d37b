import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { contract, isComplete } from './contract.ts';
import { endpoint } from './endpoint.ts';

const base = { name: 'get-thing', summary: 'Read a thing', access: 'public' } as const;
const params = z.strictObject({ thingId: z.string() });
const response = z.strictObject({ version: z.int() });

describe('contract()', () => {
  it('fills in what is left out', () => {
    expect(contract({ ...base, method: 'DELETE', path: '/things/{thingId}', params })).toMatchObject({
      status: 204,
      ifMatch: false,
      problems: [],
      calls: [],
      database: {},
    });
    expect(contract({ ...base, method: 'GET', path: '/things', response }).status).toBe(200);
    expect(contract({ ...base, method: 'POST', path: '/things', response, status: 201 }).status).toBe(201);
  });

  it('refuses a body for GET', () => {
    expect(() => contract({ ...base, method: 'GET', path: '/things', body: z.string() })).toThrow(
      /get-thing.*GET/,
    );
  });

  // The typecheck target is the test: each line under a comment must fail to compile.
  it('lets the compiler compare the path template with the params schema', () => {
    const get = { ...base, method: 'GET' } as const;
    const other = z.strictObject({ id: z.string() });
    const both = z.strictObject({ thingId: z.string(), id: z.string() });
    // @ts-expect-error the path has a parameter, and there is no schema
    contract({ ...get, path: '/things/{thingId}' });
    // @ts-expect-error the schema lacks the parameter
    contract({ ...get, path: '/things/{thingId}', params: other });
    // @ts-expect-error the schema has a parameter that the path has not
    contract({ ...get, path: '/things/{thingId}', params: both });
    // @ts-expect-error the path has no parameter at all
    contract({ ...get, path: '/things', params });
    // @ts-expect-error one of two parameters is missing
    contract({ ...get, path: '/things/{thingId}/{id}', params });
    // @ts-expect-error the etag is no property of the response
    contract({ ...get, path: '/things', response, etag: 'revision' });
    contract({ ...get, path: '/things', response, etag: 'version' });
    contract({ ...get, path: '/things/{thingId}/{id}', params: both });
    contract({ ...get, path: '/files/{thingId+}', params });
    expect(true).toBe(true);
  });

  it('takes the route of a plain handler, and lets the compiler refuse it for endpoint()', () => {
    const plain = { name: 'legacy' } as const;
    const contracts = [
      contract({ ...plain, method: 'ANY', path: '/{proxy+}' }),
      contract({ ...plain, method: 'ANY', path: '$default' }),
      contract({ ...plain, method: 'GET', path: '/things/{thingId}' }),
      contract({ ...plain, method: 'HEAD', path: '/things', access: 'user' }),
      contract({ ...plain, method: 'OPTIONS', path: '/things', summary: 'Options' }),
      contract({ ...base, method: 'ANY', path: '/things' }),
    ];
    expect(contracts.map(isComplete)).toEqual(contracts.map(() => false));
    expect(contracts[0]).toMatchObject({ calls: [], database: {} });
    // @ts-expect-error $default takes every method
    contract({ ...plain, method: 'GET', path: '$default' });
    // @ts-expect-error the path has no such parameter
    contract({ ...plain, method: 'GET', path: '/things', params });
    // @ts-expect-error its contract does not describe an answer
    contract({ ...base, method: 'GET', path: '/things', calls: [contracts[2]] });
    // @ts-expect-error there is no such method
    contract({ ...plain, method: 'TRACE', path: '/things' });
    // @ts-expect-error the path is none
    contract({ ...plain, method: 'ANY', path: 'things' });
    const answer = async () => undefined;
    const need = /^legacy: endpoint\(\) needs a contract with "summary", "access"/;
    // @ts-expect-error it has neither summary nor access
    expect(() => endpoint(contract({ ...plain, method: 'GET', path: '/things' }), answer)).toThrow(need);
    expect(() =>
      // @ts-expect-error no one method
      endpoint(contract({ ...base, ...plain, method: 'ANY', path: '/things' }), answer),
    ).toThrow(need);
    expect(() =>
      // @ts-expect-error no path
      endpoint(contract({ ...base, ...plain, method: 'ANY', path: '$default' }), answer),
    ).toThrow(need);
  });

  it('lets the compiler refuse a path that API Gateway refuses', () => {
    const get = { ...base, method: 'GET' } as const;
    // @ts-expect-error the parameter is no whole part
    contract({ ...get, path: '/things/{thingId}.json', params });
    // @ts-expect-error it ends with a slash
    contract({ ...get, path: '/things/' });
    // @ts-expect-error it has an empty part
    contract({ ...get, path: '/things//all' });
    // @ts-expect-error the parameter's name has a hyphen
    contract({ ...get, path: '/things/{thing-id}', params: z.strictObject({ 'thing-id': z.string() }) });
    // @ts-expect-error the parameter is there twice
    contract({ ...get, path: '/things/{thingId}/{thingId}', params });
    // @ts-expect-error something follows the rest of the path
    contract({ ...get, path: '/things/{thingId+}/all', params });
    // @ts-expect-error API Gateway does not take the character
    contract({ ...get, path: '/things/@all' });
    // @ts-expect-error the query does not belong to the path
    contract({ ...get, path: '/things?all' });
    contract({ ...get, path: '/' });
    contract({ ...get, path: '/v1.2/a_b/c-d:all' });
    // The compiler does not know what it is.
    contract({ ...get, path: `/${String(Math.random())}` as const });
    expect(true).toBe(true);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scopesOf } from '@nanoservices/endpoint';
import { Provider } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeRequest } from '../gateway/authorizer.ts';
import { type LocalIssuer, localIssuer } from './local-issuer.ts';
import { tokenVerifier } from './token-verifier.ts';

const root = mkdtempSync(join(tmpdir(), 'issuer-'));
const issuers = new Map<Provider, LocalIssuer>();

beforeAll(async () => {
  for (const like of Provider.options) issuers.set(like, await localIssuer(root, like));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Claims of a token as they are, and as the handler gets them. */
async function claimsOf(like: Provider, wish: Record<string, unknown>) {
  const { issue, settings } = issuers.get(like) as LocalIssuer;
  const token = await issue(wish);
  const raw = JSON.parse(Buffer.from(`${token.split('.')[1]}`, 'base64url').toString());
  const verify = tokenVerifier(settings);
  const { authorizer } = await authorizeRequest('user', `Bearer ${token}`, verify);
  const scoped = await authorizeRequest({ scope: 'admin' }, token, verify);
  return { raw, claims: authorizer?.jwt.claims as Record<string, string>, refusal: scoped.refusal };
}

// A subject as the issuer's documentation has it, and the form of a made one.
const subjects: Record<Provider, [own: string, form: RegExp]> = {
  cognito: [
    'cdad23f0-2ad6-4dc1-993d-bbb3f6f8c707',
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/,
  ],
  auth0: ['google-oauth2|110169484474386276334', /^auth0\|[\da-f]{24}$/],
  entra: ['AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ', /^[\w-]{43}$/],
  clerk: ['user_2abcDEF', /^user_[\dA-Za-z]{27}$/],
  google: ['110169484474386276334', /^1\d{20}$/],
};

describe.each(Provider.options)('a token like %s', (like) => {
  const [own, form] = subjects[like];

  it('has a subject of its form: the one that is wanted, or always the same for a name', async () => {
    expect((await claimsOf(like, { sub: own })).claims.sub).toBe(own);
    const { sub } = (await claimsOf(like, { sub: 'ida' })).claims;
    expect(sub).toMatch(form);
    expect((await claimsOf(like, { sub: 'ida' })).claims.sub).toBe(sub);
    expect((await claimsOf(like, { sub: 'eva' })).claims.sub).not.toBe(sub);
  });

  it('has its issuer, an audience that the gateway accepts, and further claims', async () => {
    const { claims } = await claimsOf(like, { sub: 'ida', roles: ['a', 'b'] });
    const { settings } = issuers.get(like) as LocalIssuer;
    expect(claims).toMatchObject({ iss: settings.issuer, roles: '[a b]' });
    expect(settings.issuer).toMatch(/^https:/);
    const verify = tokenVerifier({ ...settings, audience: ['another'] });
    const token = await (issuers.get(like) as LocalIssuer).issue({ sub: 'ida' });
    expect((await verify(token)).refusal).toMatch(/audience/);
  });

  it('has the scopes that are wanted, if the provider gives any', async () => {
    const { claims, refusal } = await claimsOf(like, { sub: 'ida', scope: 'orders:read admin' });
    const { hasScopes } = issuers.get(like) as LocalIssuer;
    expect(hasScopes).toBe(!['clerk', 'google'].includes(like));
    expect(scopesOf(claims).includes('admin')).toBe(hasScopes);
    expect(refusal).toBe(hasScopes ? undefined : 403);
  });
});

it('is of each provider in the places that differ', async () => {
  const raw = async (like: Provider) => (await claimsOf(like, { sub: 'ida', scope: 'admin' })).raw;
  const cognito = await raw('cognito');
  expect(cognito).toMatchObject({ token_use: 'access', scope: 'admin', username: cognito.sub, version: 2 });
  expect(cognito).toHaveProperty('client_id');
  expect(cognito).not.toHaveProperty('aud');
  expect(await raw('auth0')).toMatchObject({ aud: [expect.any(String), expect.stringMatching(/userinfo$/)] });
  const entra = await raw('entra');
  expect(entra).toMatchObject({ scp: 'admin', ver: '2.0', oid: expect.any(String), tid: expect.any(String) });
  expect(entra).not.toHaveProperty('scope');
  for (const like of ['clerk', 'google'] as const) {
    expect(await raw(like)).toMatchObject({ aud: expect.any(String), azp: expect.any(String) });
    expect(await raw(like)).not.toHaveProperty('scope');
  }
});

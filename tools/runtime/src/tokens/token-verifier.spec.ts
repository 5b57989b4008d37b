import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localIssuer } from './local-issuer.ts';
import { type JwtSettings, tokenVerifier } from './token-verifier.ts';

const issuer = 'https://issuer.example.com/';
const kid = 'the-key';
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256', { extractable: true });
const elliptic = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid };
const ellipticJwk = { ...(await exportJWK(elliptic.publicKey)), kid: 'elliptic' };
const settings: JwtSettings = { issuer, audience: ['shop', 'admin'], keys: { keys: [jwk, ellipticJwk] } };
const verify = tokenVerifier(settings);
const now = () => Math.floor(Date.now() / 1000);
const good = (): JWTPayload => ({ iss: issuer, aud: 'shop', sub: 'ida', exp: now() + 300, iat: now() });

const sign = (claims: JWTPayload, header: object = {}, key: Parameters<SignJWT['sign']>[0] = privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(key);
const without = (name: string) => {
  const { [name]: _, ...claims } = good();
  return claims;
};
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
async function parts(): Promise<[string, string, string]> {
  return (await sign(good())).split('.') as [string, string, string];
}
/** Signed with the public key, as if it were a shared secret: the classic confusion of algorithms. */
async function hmacWithPublicKey(): Promise<string> {
  const content = `${encode({ alg: 'HS256', kid })}.${encode(good())}`;
  const secret = await exportSPKI(publicKey);
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const bad: Record<string, () => string | Promise<string>> = {
  'without a signature': async () => (await parts()).with(2, '').join('.'),
  'of algorithm none': () => `${encode({ alg: 'none', kid })}.${encode(good())}.`,
  'of algorithm nOnE': () => `${encode({ alg: 'nOnE', kid })}.${encode(good())}.`,
  'of HS256 with the public key': hmacWithPublicKey,
  'of PS256, which API Gateway does not take': async () => {
    const key = await importJWK(await exportJWK(privateKey), 'PS256');
    return sign(good(), { alg: 'PS256' }, key);
  },
  'of ES256, though the key is known': () =>
    sign(good(), { alg: 'ES256', kid: 'elliptic' }, elliptic.privateKey),
  'of another key with the same name': () => sign(good(), {}, stranger.privateKey),
  'that names no key': () => sign(good(), { kid: undefined }),
  'that names an unknown key': () => sign(good(), { kid: 'other' }),
  'that brings its key along (jwk)': async () =>
    sign(good(), { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey),
  'that says where its key is (jku)': () =>
    sign(good(), { jku: 'https://evil.example.com/keys', kid: 'evil' }, stranger.privateKey),
  'that says where its certificate is (x5u)': () =>
    sign(good(), { x5u: 'https://evil.example.com/cert', kid: 'evil' }, stranger.privateKey),
  'whose key name is a path': () => sign(good(), { kid: '../../../dev/null' }),
  'with an extension that must be understood (crit)': async () => {
    const [, claims, signature] = await parts();
    return `${encode({ alg: 'RS256', kid, crit: ['x'], x: 1 })}.${claims}.${signature}`;
  },
  expired: () => sign({ ...good(), exp: now() - 61 }),
  'that never expires': () => sign(without('exp')),
  'whose expiry is no number': () => sign({ ...good(), exp: '9999999999' as never }),
  'not yet valid': () => sign({ ...good(), nbf: now() + 120 }),
  'issued in the future': () => sign({ ...good(), iat: now() + 120 }),
  'of another issuer': () => sign({ ...good(), iss: 'https://evil.example.com/' }),
  'without an issuer': () => sign(without('iss')),
  'for another audience': () => sign({ ...good(), aud: 'bank' }),
  'for no audience': () => sign(without('aud')),
  'for another audience, with a client that is ours': () =>
    sign({ ...good(), aud: 'bank', client_id: 'shop' }),
  'whose claims were changed': async () => {
    const [header, , signature] = await parts();
    return `${header}.${encode({ ...good(), sub: 'admin' })}.${signature}`;
  },
  'cut short': async () => (await sign(good())).slice(0, -10),
  'of four parts': async () => `${await sign(good())}.x`,
  'that is no token': () => 'letmein',
  'that is empty': () => '..',
  'of a megabyte': async () => `${await sign(good())}${'A'.repeat(1_000_000)}`,
};

describe('refuses a token', () => {
  it.each(Object.entries(bad))('%s', async (_, make) => {
    const { claims, refusal } = await verify(await make());
    expect(claims).toBeUndefined();
    expect(refusal).toMatch(/\w/);
  });
});

describe('takes a token', () => {
  it.each([
    ['for one of the audiences', {}],
    ['for several audiences', { aud: ['bank', 'admin'] }],
    ['for a client, where it has no audience', { aud: undefined, client_id: 'shop' }],
    ['that has expired within the last minute', { exp: now() - 30 }],
    ['that becomes valid within a minute', { nbf: now() + 30, iat: now() + 30 }],
  ])('%s', async (_, claims) => {
    expect((await verify(await sign({ ...good(), ...claims } as JWTPayload))).claims).toMatchObject({
      sub: 'ida',
    });
  });

  it.each(['RS384', 'RS512'])('of %s', async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid }] };
    const token = await sign(good(), { alg }, pair.privateKey);
    expect((await tokenVerifier({ ...settings, keys })(token)).claims).toMatchObject({ sub: 'ida' });
  });
});

describe('an issuer elsewhere', () => {
  let asked: string[] = [];
  let isUp = true;
  const server = createServer((request, response) => {
    asked.push(`${request.url}`);
    if (!isUp) response.writeHead(500).end();
    else if (request.url === '/keys') response.end(JSON.stringify({ keys: [jwk] }));
    else response.end(JSON.stringify({ issuer, jwks_uri: `http://127.0.0.1:${port()}/keys` }));
  });
  const port = () => (server.address() as AddressInfo).port;
  const elsewhere = () => `http://127.0.0.1:${port()}`;

  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise((done) => server.close(done)));

  it('is asked for its keys once', async () => {
    asked = [];
    const verifyElsewhere = tokenVerifier({ issuer: elsewhere(), audience: ['shop'] });
    const token = await sign({ ...good(), iss: elsewhere() });
    const all = await Promise.all(Array.from({ length: 20 }, () => verifyElsewhere(token)));
    expect(all.every(({ claims }) => claims?.sub === 'ida')).toBe(true);
    expect(asked.sort()).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('is asked again when it was down', async () => {
    isUp = false;
    const verifyElsewhere = tokenVerifier({ issuer: elsewhere(), audience: ['shop'] });
    const token = await sign({ ...good(), iss: elsewhere() });
    expect((await verifyElsewhere(token)).refusal).toMatch(/answers 500/);
    isUp = true;
    expect((await verifyElsewhere(token)).claims).toMatchObject({ sub: 'ida' });
  });
});

describe('the local issuer', () => {
  const root = mkdtempSync(join(tmpdir(), 'issuer-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('has one key, also when several processes make it at once', async () => {
    const several = await Promise.all(Array.from({ length: 4 }, () => localIssuer(root)));
    const token = await several[0]?.issue({ sub: 'ida', scope: 'admin' });
    for (const one of several) {
      const { claims } = await tokenVerifier(one.settings)(`${token}`);
      expect(claims).toMatchObject({ sub: 'ida', scope: 'admin', iss: 'urn:nanoservices:local-issuer' });
    }
  });

  it('gives its private key to nobody', async () => {
    const { settings: given } = await localIssuer(root);
    expect(Object.keys(given.keys?.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryWorkspace } from '../testing/index.ts';
import { readApiFile } from './api-file.ts';

let shop: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace();
});
afterEach(() => shop[Symbol.dispose]());

const read = (content: object) => {
  shop.write('functions/api.json', content);
  return readApiFile(shop.root);
};

describe('functions/api.json', () => {
  it('may be absent: then there is a local caller without scopes, and neither CORS nor an issuer', () => {
    expect(readApiFile(shop.root)).toEqual({
      info: {},
      localCaller: { subject: 'local', scopes: [], claims: {} },
    });
  });

  it('has CORS, the issuer, and the local caller with a subject of any form', () => {
    const cors = { allowOrigins: ['https://shop.example'], maxAge: 600, allowCredentials: true };
    const jwt = { issuer: 'https://issuer.example', audience: ['shop'] };
    const localCaller = { subject: 'auth0|64f1', scopes: ['support'] };
    expect(read({ cors, jwt, localCaller })).toEqual({
      info: {},
      cors,
      jwt,
      localCaller: { ...localCaller, claims: {} },
    });
  });

  it.each(['cognito', 'auth0', 'entra', 'clerk', 'google'])('has a provider to imitate: %s', (like) => {
    const jwt = { like, roleClaim: 'roles' };
    expect(read({ jwt }).jwt).toEqual(jwt);
  });

  it('has claims of the local caller that are lists', () => {
    const claims = { tenant: 'a', 'cognito:groups': ['admins', 'editors'] };
    expect(read({ localCaller: { subject: 'a', claims } }).localCaller.claims).toEqual(claims);
  });

  it.each([
    ['an unknown provider', { jwt: { like: 'okta' } }, /"jwt\.like": .*cognito.*google/],
    [
      'a provider and an issuer',
      { jwt: { like: 'auth0', issuer: 'https://a.example', audience: ['a'] } },
      /"jwt": "like" is for .*leave out "issuer"/,
    ],
    ['an issuer without an audience', { jwt: { issuer: 'https://a.example' } }, /"jwt": .*go together/],
    ['a nameless role claim', { jwt: { like: 'auth0', roleClaim: '' } }, /"jwt\.roleClaim"/],
    [
      'a claim that is a number',
      { localCaller: { subject: 'a', claims: { n: 1 } } },
      /"localCaller\.claims\.n"/,
    ],
    ['an unknown key', { corz: {} }, /^functions\/api\.json is invalid: .*"corz"/],
    ['an unknown key of CORS', { cors: { origins: ['*'] } }, /"cors": .*"origins"/],
    ['cookies for everyone', { cors: { allowOrigins: ['*'], allowCredentials: true } }, /"cors": .*"\*"/],
    ['too long a preflight cache', { cors: { maxAge: 86_401 } }, /"cors\.maxAge"/],
    ['an issuer without TLS', { jwt: { issuer: 'http://a.example', audience: ['a'] } }, /"jwt\.issuer"/],
    ['no audience', { jwt: { issuer: 'https://a.example', audience: [] } }, /"jwt\.audience"/],
    ['no subject', { localCaller: { subject: '' } }, /"localCaller\.subject"/],
    ['scopes in one text', { localCaller: { subject: 'a', scopes: 'b c' } }, /"localCaller\.scopes"/],
  ])('names the key of %s', (_, content, message) => {
    expect(() => read(content)).toThrow(message);
  });
});

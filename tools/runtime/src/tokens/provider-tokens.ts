import { createHash, randomUUID } from 'node:crypto';
import type { Provider } from '@nanoservices/model';

/** Content of a token. */
export interface TokenWish {
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Further claims, which replace those of the provider. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The form of an issuer's tokens. `iat` and `exp` are added when a token is signed. */
export interface TokenForm {
  readonly issuer: string;
  /** The audience, or client, that an API accepts. */
  readonly audience: string;
  /** False when the provider puts no scopes into its tokens. */
  readonly hasScopes: boolean;
  /** Claims of a token. */
  claims(wish: Pick<TokenWish, 'subject' | 'scopes'>): Readonly<Record<string, unknown>>;
}

/** The default: the subject as it is, and the scopes as one text. */
const ownTokens: TokenForm = {
  issuer: 'urn:nanoservices:local-issuer',
  audience: 'local',
  hasScopes: true,
  claims: ({ subject, scopes }) => ({
    iss: ownTokens.issuer,
    aud: ownTokens.audience,
    sub: subject,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }),
};

/**
 * Access token of a user pool: `client_id` instead of `aud`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
const cognito: TokenForm = {
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_LocalPool',
  audience: '1example23456789localclient',
  hasScopes: true,
  claims: ({ subject, scopes }) => {
    const sub = inForm(subject, /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, uuidOf);
    return {
      sub,
      iss: cognito.issuer,
      version: 2,
      client_id: cognito.audience,
      origin_jti: randomUUID(),
      event_id: randomUUID(),
      token_use: 'access',
      scope: scopes.join(' ') || 'aws.cognito.signin.user.admin',
      auth_time: seconds(),
      jti: randomUUID(),
      username: sub,
    };
  },
};

/**
 * Access token for an API, with the audience of `/userinfo` next to it.
 *
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 */
const auth0: TokenForm = {
  issuer: 'https://local.eu.auth0.com/',
  audience: 'https://api.local',
  hasScopes: true,
  claims: ({ subject, scopes }) => ({
    iss: auth0.issuer,
    sub: inForm(subject, /^[\w.-]+\|./, (text) => `auth0|${hash(text).toString('hex').slice(0, 24)}`),
    aud: [auth0.audience, `${auth0.issuer}userinfo`],
    azp: 'LocalClientOfTheSinglePageApp001',
    scope: ['openid', 'profile', 'email', ...scopes].join(' '),
  }),
};

const entraTenant = '11111111-2222-4333-8444-555555555555';
const entraClient = '66666666-7777-4888-8999-000000000000';

/**
 * Access token of version 2.0. The subject is pairwise: another one in each application; `oid` is the user.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
const entra: TokenForm = {
  issuer: `https://login.microsoftonline.com/${entraTenant}/v2.0`,
  audience: entraClient,
  hasScopes: true,
  claims: ({ subject, scopes }) => ({
    aud: entraClient,
    iss: entra.issuer,
    nbf: seconds(),
    aio: 'opaque',
    azp: entraClient,
    azpacr: '0',
    oid: uuidOf(subject),
    rh: 'opaque',
    scp: scopes.join(' ') || 'access_as_user',
    sub: inForm(subject, /^[\w-]{43}$/, (text) => hash(text).toString('base64url')),
    tid: entraTenant,
    uti: 'opaque',
    ver: '2.0',
  }),
};

/**
 * Session token by a JWT template with an audience: without one, Clerk gives no `aud`, and API Gateway refuses the token.
 *
 * @see https://clerk.com/docs/backend-requests/resources/session-tokens
 */
const clerk: TokenForm = {
  issuer: 'https://local.clerk.accounts.dev',
  audience: 'local',
  hasScopes: false,
  claims: ({ subject }) => ({
    aud: clerk.audience,
    azp: 'http://localhost:3000',
    iss: clerk.issuer,
    jti: hash(randomUUID()).toString('hex').slice(0, 20),
    nbf: seconds(),
    sub: inForm(subject, /^user_\w+$/, (text) => `user_${letters(text).slice(0, 27)}`),
  }),
};

/**
 * ID token: access tokens of Google are opaque.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 */
const google: TokenForm = {
  issuer: 'https://accounts.google.com',
  audience: '123456789012-local.apps.googleusercontent.com',
  hasScopes: false,
  claims: ({ subject }) => ({
    iss: google.issuer,
    azp: google.audience,
    aud: google.audience,
    sub: inForm(subject, /^\d{1,21}$/, digits),
    email: `${digits(subject)}@example.com`,
    email_verified: true,
    at_hash: letters(subject).slice(0, 22),
  }),
};

/** The forms of tokens of well-known providers. */
const providerTokens: Readonly<Record<Provider, TokenForm>> = { cognito, auth0, entra, clerk, google };

/** The form of the tokens of a provider. Default: the local issuer's own. */
export function tokenForm(like: Provider | undefined): TokenForm {
  return like === undefined ? ownTokens : providerTokens[like];
}

/** All claims of a token but its times. */
export function claimsIn(form: TokenForm, { claims, ...wish }: TokenWish): Record<string, unknown> {
  return { ...form.claims(wish), ...claims };
}

/** Keeps a subject that the provider could give. Another text always becomes the same subject of that form. */
function inForm(subject: string, form: RegExp, otherwise: (subject: string) => string): string {
  return form.test(subject) ? subject : otherwise(subject);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** @returns a UUID of version 4, as older user pools have it */
function uuidOf(text: string): string {
  const hex = hash(text).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function letters(text: string): string {
  return createHash('sha512').update(text).digest('base64').replace(/[+/=]/g, '');
}

/** @returns 21 digits */
function digits(text: string): string {
  return `1${(BigInt(`0x${hash(text).toString('hex')}`) % 10n ** 20n).toString().padStart(20, '0')}`;
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

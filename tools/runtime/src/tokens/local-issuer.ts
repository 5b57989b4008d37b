import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scopesOf } from '@nanoservices/endpoint';
import type { Provider } from '@nanoservices/model';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { claimsIn, tokenForm } from './provider-tokens.ts';
import type { JwtSettings } from './token-verifier.ts';

const algorithm = 'RS256';

/** The issuer of a workspace's tokens in development. Its private key never leaves the machine. */
export interface LocalIssuer {
  readonly settings: JwtSettings;
  /** False when its provider puts no scopes into tokens. */
  readonly hasScopes: boolean;
  /**
   * Makes a token.
   *
   * @param claims - claims such as `sub` and `scope`. The provider that the issuer is like has its own forms for these two.
   * @param expiresIn - lifetime, such as `1h`. Default: 12h
   */
  issue(claims: Record<string, unknown>, expiresIn?: string): Promise<string>;
}

/**
 * Opens the issuer of a workspace. The first call creates its key.
 *
 * @param like - provider whose tokens it imitates
 */
export async function localIssuer(workspaceRoot: string, like?: Provider): Promise<LocalIssuer> {
  const form = tokenForm(like);
  const file = join(workspaceRoot, 'node_modules/.cache/runtime/issuer.json');
  const key = read(file) ?? (await create(file));
  const { kty, n, e, kid } = key;
  return {
    settings: {
      issuer: form.issuer,
      audience: [form.audience],
      keys: { keys: [{ kty, n, e, kid, alg: algorithm, use: 'sig' } as JWK] },
    },
    hasScopes: form.hasScopes,
    issue: async ({ sub, scope, ...claims }, expiresIn = '12h') => {
      // A test may want a token without a subject.
      const further = typeof sub === 'string' ? claims : { ...claims, sub };
      const wish = { subject: `${sub}`, scopes: scopesOf({ scope }), claims: further };
      return new SignJWT(claimsIn(form, wish))
        .setProtectedHeader({ alg: algorithm, kid: `${kid}` })
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(await importJWK(key, algorithm));
    },
  };
}

function read(file: string): JWK | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates the key. If several processes do so at once, all use the first key. */
async function create(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID() };
  mkdirSync(dirname(file), { recursive: true });
  const whole = `${file}.${randomUUID()}`;
  writeFileSync(whole, JSON.stringify(key), { mode: 0o600 });
  try {
    linkSync(whole, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(whole);
  }
  return read(file) as JWK;
}

import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { JwtSettings } from './token-verifier.ts';

const issuer = 'urn:nanoservices:local-issuer';
const audience = 'local';
const algorithm = 'RS256';

/** Who issues the tokens of a workspace in development. Its key never leaves the machine. */
export interface LocalIssuer {
  readonly settings: JwtSettings;
  /**
   * @param claims - such as `sub` and `scope`
   * @param expiresIn - as `1h`
   */
  issue(claims: Record<string, unknown>, expiresIn?: string): Promise<string>;
}

/** Opens the issuer of a workspace; its key is made the first time. */
export async function localIssuer(workspaceRoot: string): Promise<LocalIssuer> {
  const file = join(workspaceRoot, 'node_modules/.cache/runtime/issuer.json');
  const key = read(file) ?? (await create(file));
  const { kty, n, e, kid } = key;
  return {
    settings: {
      issuer,
      audience: [audience],
      keys: { keys: [{ kty, n, e, kid, alg: algorithm, use: 'sig' } as JWK] },
    },
    issue: async (claims, expiresIn = '12h') =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid: `${kid}` })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(await importJWK(key, algorithm)),
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

/** Of several processes that make a key at once, the first one's is everybody's. */
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

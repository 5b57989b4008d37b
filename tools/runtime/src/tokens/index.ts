export { type LocalIssuer, localIssuer } from './local-issuer.ts';
export type { JwtSettings } from './token-verifier.ts';

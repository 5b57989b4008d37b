export { type LocalIssuer, localIssuer } from './local-issuer.ts';
export { type JwtSettings, tokenVerifier, type VerifiedToken } from './token-verifier.ts';

import type { Access } from '@nanoservices/endpoint';
import { entriesOf, isJson, type Json } from '../json.ts';
import type { OpenApiDocument } from './document.ts';

/**
 * The permitted callers of an operation, by its `security` or the document's. An operation that asks for anything is never public:
 * what API Gateway cannot check becomes a token.
 */
export function readAccess(document: OpenApiDocument, operation: Json, at: readonly string[]): Access {
  const own = operation.security !== undefined;
  const security = own ? operation.security : document.root.security;
  const where = own ? [...at, 'security'] : ['security'];
  const alternatives = (Array.isArray(security) ? security : []).filter(isJson);
  if (alternatives.length === 0) return 'public';
  if (alternatives.some((one) => Object.keys(one).length === 0)) {
    if (alternatives.length > 1)
      document.remark(where, 'Credentials are optional: access is "public", and "caller" may be undefined.');
    return 'public';
  }
  if (alternatives.length > 1)
    document.remark(where, 'A token is the one way in: access has no alternatives.');
  const [requirement = {}] = alternatives;
  const schemes = entriesOf(requirement);
  for (const [name] of schemes) {
    if (!isToken(document, name)) {
      document.remark(
        where,
        `API Gateway checks tokens (JWT), and cannot check "${name}": access is "user".`,
      );
    }
  }
  const scopes = schemes.flatMap(([, names]) => (Array.isArray(names) ? names : []));
  if (scopes.length > 1) {
    document.remark(
      where,
      `A contract names one scope: check the others of ${scopes.join(', ')} in the handler (caller.scopes).`,
    );
  }
  return scopes.length > 0 ? { scope: `${scopes[0]}` } : 'user';
}

function isToken(document: OpenApiDocument, name: string): boolean {
  const { value } = document.resolve(document.components('securitySchemes')[name], [
    'components',
    'securitySchemes',
    name,
  ]);
  return (
    value.type === 'oauth2' ||
    value.type === 'openIdConnect' ||
    (value.type === 'http' && `${value.scheme}`.toLowerCase() === 'bearer')
  );
}

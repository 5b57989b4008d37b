import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Paths that an endpoint's handler may have, relative to its folder. */
export const handlerFiles = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `src/handler.${ending}`);

/** @returns true for a path of a handler */
export function isHandlerFile(path: string): boolean {
  return /(?:^|[\\/])src[\\/]handler\.(?:m?ts|[cm]?js)$/.test(path);
}

/**
 * @param root - a folder, relative to the workspace root
 * @returns the handler in it, relative to the workspace root; undefined when there is none
 */
export function findHandler(workspaceRoot: string, root: string): string | undefined {
  return handlerFiles
    .map((file) => posix.join(root, file))
    .find((file) => existsSync(join(workspaceRoot, file)));
}

/** An import of `endpoint` or `stream` of the framework. */
const frameworkImport =
  /^\s*import\s*\{[^}]*\b(?:endpoint|stream)\b[^}]*\}\s*from\s*['"]@nanoservices\/endpoint['"]/m;

/** A handler that an `endpoint` or `stream` of the application makes, as `withHooks()` returns them. */
const ownEndpoint = /^\s*export\s+const\s+handler\s*=\s*(?:endpoint|stream)\(\s*(\w+)/m;

/**
 * Tells a plain Lambda handler from one that the framework makes: its module imports neither `endpoint` nor `stream`, and makes the
 * handler by no other function of these names from its contract. A handler that another module of the application makes counts as
 * plain, which costs some bytes and changes nothing else.
 *
 * @param file - the handler, relative to the workspace root
 */
export function isPlainHandler(workspaceRoot: string, file: string): boolean {
  const source = readFileSync(join(workspaceRoot, file), 'utf8');
  if (frameworkImport.test(source)) return false;
  if (!isOfEndpoint(join(workspaceRoot, file, '../contract.ts'))) return true;
  const [, contract] = ownEndpoint.exec(source) ?? [];
  const contractImport = new RegExp(
    `^\\s*import\\s*\\{[^}]*\\b${contract}\\b[^}]*\\}\\s*from\\s*['"]\\./contract`,
    'm',
  );
  return contract === undefined || !contractImport.test(source);
}

/** The contract of a plain handler lacks what `endpoint()` needs. */
function isOfEndpoint(contract: string): boolean {
  const text = existsSync(contract) ? readFileSync(contract, 'utf8') : '';
  return ['summary', 'access'].every((key) => new RegExp(`\\b${key}\\b`).test(text));
}

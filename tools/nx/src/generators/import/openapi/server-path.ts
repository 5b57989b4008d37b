import { isJson } from '../json.ts';
import type { OpenApiDocument } from './document.ts';

/** @returns the path of the document's first server, which all routes begin with: `/v1`; empty for none */
export function serverPath(document: OpenApiDocument): string {
  const { servers } = document.root;
  const [server] = Array.isArray(servers) ? servers : [];
  if (!isJson(server) || typeof server.url !== 'string') return '';
  const variables = isJson(server.variables) ? server.variables : {};
  const url = server.url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = variables[name];
    return isJson(variable) && variable.default !== undefined ? `${variable.default}` : whole;
  });
  const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  const prefix = path === '' ? '' : `/${path.replace(/^\/+|\/+$/g, '')}`;
  if (prefix === '' || prefix === '/') return '';
  if (/[{}]/.test(prefix)) {
    document.remark(
      ['servers', '0', 'url'],
      'The path of the server has a variable without a default: routes are without it.',
    );
    return '';
  }
  document.remark(['servers', '0', 'url'], `Routes begin with the path of the server, ${prefix}.`);
  return prefix;
}

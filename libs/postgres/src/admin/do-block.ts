import pg from 'pg';

/** Makes the statement that runs code of PL/pgSQL. In a literal instead of `$$`: a quoted name may contain dollars. */
export function doBlock(code: string): string {
  return `DO ${pg.escapeLiteral(code)};`;
}

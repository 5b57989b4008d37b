import vm from 'node:vm';
import { expect, it } from 'vitest';
import { referencePages } from './reference.ts';

const document = JSON.stringify({ openapi: '3.1.1', info: { title: 'Shop & <more>', version: '1' } });

function text(path: string, token?: string): string {
  return `${referencePages(document)(path, token)?.body}`;
}

/** Runs the script of the page, with what a browser gives it. */
function run(token?: string, dark = false) {
  const authorized: [string, string][] = [];
  const classes = new Map<string, boolean>();
  let options: { persistAuthorization?: boolean; onComplete?: () => void } = {};
  vm.runInNewContext(text('/docs/start.js', token), {
    SwaggerUIBundle: (given: typeof options) => {
      options = given;
      return { preauthorizeApiKey: (...pair: [string, string]) => authorized.push(pair) };
    },
    matchMedia: () => ({ matches: dark, addEventListener: () => {} }),
    document: {
      documentElement: { classList: { toggle: (name: string, on: boolean) => classes.set(name, on) } },
    },
  });
  options.onComplete?.();
  return { authorized, isDark: classes.get('dark-mode'), persists: options.persistAuthorization };
}

it('is titled after the API', () => {
  expect(text('/docs')).toContain('<title>Shop &#38; &#60;more&#62;: API reference</title>');
  expect(`${referencePages('{}')('/docs')?.body}`).toContain('<title>API reference</title>');
});

it('is authorised with the token of the local caller, and otherwise keeps what its reader types', () => {
  expect(run('a.b.c')).toMatchObject({ authorized: [['jwt', 'a.b.c']], persists: false });
  expect(run()).toMatchObject({ authorized: [], persists: true });
});

it('has the colours that its reader prefers', () => {
  expect([run('t', true).isDark, run('t', false).isDark]).toEqual([true, false]);
});

it.each(['/docs', '/docs/start.js', '/docs/swagger-ui.css', '/openapi.json'])(
  'keeps %s from pages of other origins',
  (path) => {
    const headers = new Map(referencePages(document)(path, 'a.b.c')?.headers);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  },
);

it('has no other pages', () => {
  expect(referencePages(document)('/docs/../package.json')).toBeUndefined();
  expect(referencePages(document)('/docs/toString')).toBeUndefined();
});

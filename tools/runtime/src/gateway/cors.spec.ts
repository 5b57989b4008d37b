import { expect, it } from 'vitest';
import { crossOriginReason } from './cors.ts';

const host = '127.0.0.1:3000';
const page = 'http://localhost:5173';

it.each([
  ['a program', undefined, undefined],
  ['a page of the API itself', undefined, `http://${host}`],
  ['a page behind a proxy with TLS', undefined, `https://${host}`],
  ['an allowed page', { allowOrigins: [page] }, page],
  ['any page, when all are allowed', { allowOrigins: ['*'] }, page],
])('%s can read the response', (_, cors, origin) => {
  expect(crossOriginReason(cors, { origin, host })).toBeUndefined();
});

it('a page of another origin cannot, and the log says what is missing', () => {
  expect(crossOriginReason(undefined, { origin: page, host })).toBe(
    `pages of ${page} cannot read this: api.json has no "cors"`,
  );
  expect(crossOriginReason({ allowOrigins: ['https://shop.example'] }, { origin: page, host })).toBe(
    `pages of ${page} cannot read this: "allowOrigins" in api.json has another origin`,
  );
});

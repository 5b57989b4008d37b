import type { Caller } from '@nanoservices/endpoint';
import { testIssuer } from '@nanoservices/endpoint/testing';
import { admin } from '../ownership.ts';

const subject = 'test|admin';

/** Caller for the preparation of data in tests: an admin, who is no user. */
export const testAdmin: Caller = {
  issuer: testIssuer,
  subject,
  scopes: [admin],
  roles: [],
  claims: { iss: testIssuer, sub: subject, scope: admin },
};

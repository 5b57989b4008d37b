import type { Caller } from '@nanoservices/endpoint';
import { testSubject } from '@nanoservices/endpoint/testing';
import { UserId } from '../ids.ts';
import { adminScope } from '../ownership.ts';

/** Default sender of requests in tests. */
export const testUser = UserId.parse(testSubject);

/** Caller for the preparation of data in tests: an admin. */
export const testAdmin: Caller = {
  subject: testUser,
  scopes: [adminScope],
  claims: { sub: testUser, scope: adminScope },
};

import type { User } from '@arcade/validation';
import type { Caller } from '@nanoservices/endpoint';
import { testIssuer, testSubject } from '@nanoservices/endpoint/testing';
import * as users from '../users.ts';

/** The caller of a test's requests. @param subject - Default: that of requests without a `subject` */
export function testCaller(subject: string = testSubject): Caller {
  return { issuer: testIssuer, subject, scopes: [], roles: [], claims: { iss: testIssuer, sub: subject } };
}

/** Creates the user of a subject, with the subject as the local part of the email address. */
export function register(subject: string = testSubject): Promise<User> {
  const name = subject.replace('|', '-');
  return users.create({ name, email: `${name}@example.com` }, testCaller(subject), undefined);
}

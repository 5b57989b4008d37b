import { Problem } from '@nanoservices/endpoint';
import type { UserId } from './ids.ts';

// Apart from users.ts: the endpoints of games need these problems, and no schema of users.

export class NotRegistered extends Problem {
  static override readonly type = 'not-registered';
  static override readonly status = 403;
  static override readonly title = 'Not registered';
  constructor() {
    super('This token is valid, and no user belongs to it yet. POST /users creates one.');
  }
}

export class AlreadyRegistered extends Problem {
  static override readonly type = 'already-registered';
  static override readonly status = 409;
  static override readonly title = 'Already registered';
  constructor(id: UserId | undefined) {
    super('A user belongs to this token already.', id && { userId: id }, id && { location: `/users/${id}` });
  }
}

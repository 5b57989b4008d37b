-- Up Migration
CREATE SCHEMA users;

CREATE TABLE users.users (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Two spellings of one address are one user.
CREATE UNIQUE INDEX users_email_key ON users.users (lower(email));

CREATE TABLE users.idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  -- json, not jsonb: a repeated request gets the stored answer with its keys in the order they were sent.
  response json,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_keys_created_at_idx ON users.idempotency_keys (created_at);

-- Down Migration
DROP SCHEMA users CASCADE;

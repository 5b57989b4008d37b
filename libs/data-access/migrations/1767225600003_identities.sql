-- Up Migration
CREATE TABLE users.identities (
  -- What identity providers call a user: the claims iss and sub of their tokens.
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES users.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);

CREATE INDEX identities_user_id_idx ON users.identities (user_id);

-- Down Migration
DROP TABLE users.identities;

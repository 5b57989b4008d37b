-- Up Migration
CREATE SCHEMA games;

CREATE TABLE games.games (
  id uuid PRIMARY KEY,
  title text NOT NULL,
  -- A user's id. No foreign key: the schemas are owned, migrated and may be deployed separately.
  host_id uuid NOT NULL,
  seats smallint NOT NULL CHECK (seats BETWEEN 2 AND 64),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'playing', 'finished')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX games_status_id_idx ON games.games (status, id DESC);

CREATE TABLE games.players (
  game_id uuid NOT NULL REFERENCES games.games (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (game_id, user_id)
);

CREATE INDEX players_user_id_game_id_idx ON games.players (user_id, game_id DESC);

CREATE TABLE games.idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response json,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_keys_created_at_idx ON games.idempotency_keys (created_at);

-- Down Migration
DROP SCHEMA games CASCADE;

-- Up Migration
CREATE SCHEMA orders;

CREATE TABLE orders.orders (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  item text NOT NULL,
  quantity integer NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'shipped')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_customer_id_id_idx ON orders.orders (customer_id, id DESC);

CREATE TABLE orders.idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response json,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_keys_created_at_idx ON orders.idempotency_keys (created_at);

-- Down Migration
DROP SCHEMA orders CASCADE;

-- Up Migration
CREATE SCHEMA customers;

CREATE TABLE customers.customers (
  id uuid PRIMARY KEY,
  name text NOT NULL
);

-- Down Migration
DROP SCHEMA customers CASCADE;

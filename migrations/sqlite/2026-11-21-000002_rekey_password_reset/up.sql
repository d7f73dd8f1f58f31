-- One row for each live token that rekey issued: found by its digest, never by the token.
CREATE TABLE IF NOT EXISTS rekey_password_reset (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  customer_id INTEGER NOT NULL,
  token_digest TEXT NOT NULL UNIQUE,
  password_mark TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS rekey_password_reset_customer_id ON rekey_password_reset (customer_id);

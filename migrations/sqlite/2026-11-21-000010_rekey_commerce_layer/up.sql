-- Commerce Layer's customer_password_resets and what belongs to them. Times keep milliseconds.

CREATE TABLE IF NOT EXISTS rekey_reset_resource (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  public_id TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  customer_email TEXT NOT NULL,
  token_digest TEXT NOT NULL,
  token_sealed TEXT NOT NULL,
  password_mark TEXT NOT NULL,
  reference TEXT,
  reference_origin TEXT,
  metadata TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  reset_password_at TIMESTAMP
);
CREATE UNIQUE INDEX IF NOT EXISTS rekey_reset_resource_public_id ON rekey_reset_resource (public_id);
CREATE UNIQUE INDEX IF NOT EXISTS rekey_reset_resource_token_digest ON rekey_reset_resource (token_digest);
CREATE INDEX IF NOT EXISTS rekey_reset_resource_customer_id ON rekey_reset_resource (customer_id);
CREATE INDEX IF NOT EXISTS rekey_reset_resource_created_at ON rekey_reset_resource (created_at);

CREATE TABLE IF NOT EXISTS rekey_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  public_id TEXT NOT NULL,
  reset_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS rekey_event_public_id ON rekey_event (public_id);
CREATE INDEX IF NOT EXISTS rekey_event_reset_id ON rekey_event (reset_id);

CREATE TABLE IF NOT EXISTS rekey_event_store (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  reset_id INTEGER NOT NULL,
  resource_id TEXT NOT NULL,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  who TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS rekey_event_store_reset_id ON rekey_event_store (reset_id);

-- A row is a message that an endpoint has not taken yet.
CREATE TABLE IF NOT EXISTS rekey_webhook_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  endpoint TEXT NOT NULL,
  topic TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_attempt_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS rekey_webhook_delivery_next_attempt_at ON rekey_webhook_delivery (next_attempt_at);

CREATE TABLE IF NOT EXISTS rekey_application (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  public_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  client_id TEXT NOT NULL,
  secret_digest TEXT,
  created_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP
);
CREATE UNIQUE INDEX IF NOT EXISTS rekey_application_public_id ON rekey_application (public_id);
CREATE UNIQUE INDEX IF NOT EXISTS rekey_application_client_id ON rekey_application (client_id);

-- The one key pair that signs access tokens; sealed with the crypt key, shared by all processes.
CREATE TABLE IF NOT EXISTS rekey_application_key (
  id INTEGER NOT NULL PRIMARY KEY,
  private_sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE IF NOT EXISTS rekey_application_revoked_token (
  token_digest TEXT NOT NULL PRIMARY KEY,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS rekey_application_revoked_token_expires_at ON rekey_application_revoked_token (expires_at);

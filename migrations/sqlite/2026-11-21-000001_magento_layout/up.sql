-- The same part of Magento 2.4's layout as migrations/mysql, in SQLite's types. NOCASE folds ASCII only,
-- which is rekey's rule for emails on every database.

CREATE TABLE IF NOT EXISTS store_website (
  website_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT DEFAULT NULL,
  name TEXT DEFAULT NULL,
  sort_order INTEGER NOT NULL DEFAULT 0,
  default_group_id INTEGER NOT NULL DEFAULT 0,
  is_default INTEGER DEFAULT 0,
  UNIQUE (code)
);

CREATE TABLE IF NOT EXISTS store_group (
  group_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  website_id INTEGER NOT NULL DEFAULT 0,
  name TEXT NOT NULL,
  root_category_id INTEGER NOT NULL DEFAULT 0,
  default_store_id INTEGER NOT NULL DEFAULT 0,
  code TEXT DEFAULT NULL,
  UNIQUE (code)
);

CREATE TABLE IF NOT EXISTS store (
  store_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT DEFAULT NULL,
  website_id INTEGER NOT NULL DEFAULT 0,
  group_id INTEGER NOT NULL DEFAULT 0,
  name TEXT NOT NULL,
  sort_order INTEGER NOT NULL DEFAULT 0,
  is_active INTEGER NOT NULL DEFAULT 0,
  UNIQUE (code)
);

CREATE TABLE IF NOT EXISTS core_config_data (
  config_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  scope TEXT NOT NULL DEFAULT 'default',
  scope_id INTEGER NOT NULL DEFAULT 0,
  path TEXT NOT NULL DEFAULT 'general',
  value TEXT DEFAULT NULL,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (scope, scope_id, path)
);

-- The index on rp_token_created_at is ours: it bounds the search for tokens that a PHP Magento sealed.
CREATE TABLE IF NOT EXISTS customer_entity (
  entity_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  website_id INTEGER DEFAULT NULL,
  email TEXT COLLATE NOCASE DEFAULT NULL,
  group_id INTEGER NOT NULL DEFAULT 0,
  increment_id TEXT DEFAULT NULL,
  store_id INTEGER DEFAULT 0,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  is_active INTEGER NOT NULL DEFAULT 1,
  disable_auto_group_change INTEGER NOT NULL DEFAULT 0,
  created_in TEXT DEFAULT NULL,
  prefix TEXT DEFAULT NULL,
  firstname TEXT DEFAULT NULL,
  middlename TEXT DEFAULT NULL,
  lastname TEXT DEFAULT NULL,
  suffix TEXT DEFAULT NULL,
  dob DATE DEFAULT NULL,
  password_hash TEXT DEFAULT NULL,
  rp_token TEXT DEFAULT NULL,
  rp_token_created_at TIMESTAMP DEFAULT NULL,
  default_billing INTEGER DEFAULT NULL,
  default_shipping INTEGER DEFAULT NULL,
  taxvat TEXT DEFAULT NULL,
  confirmation TEXT DEFAULT NULL,
  gender INTEGER DEFAULT NULL,
  failures_num INTEGER DEFAULT 0,
  first_failure TIMESTAMP DEFAULT NULL,
  lock_expires TIMESTAMP DEFAULT NULL,
  session_cutoff TIMESTAMP DEFAULT NULL,
  UNIQUE (email, website_id),
  CONSTRAINT CUSTOMER_ENTITY_STORE_ID_STORE_STORE_ID
    FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE SET NULL,
  CONSTRAINT CUSTOMER_ENTITY_WEBSITE_ID_STORE_WEBSITE_WEBSITE_ID
    FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS customer_entity_store_id ON customer_entity (store_id);
CREATE INDEX IF NOT EXISTS customer_entity_website_id ON customer_entity (website_id);
CREATE INDEX IF NOT EXISTS customer_entity_firstname ON customer_entity (firstname);
CREATE INDEX IF NOT EXISTS customer_entity_lastname ON customer_entity (lastname);
CREATE INDEX IF NOT EXISTS rekey_rp_token_created_at ON customer_entity (rp_token_created_at);

CREATE TABLE IF NOT EXISTS customer_log (
  log_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  customer_id INTEGER NOT NULL,
  last_login_at TIMESTAMP DEFAULT NULL,
  last_logout_at TIMESTAMP DEFAULT NULL,
  UNIQUE (customer_id)
);

CREATE TABLE IF NOT EXISTS oauth_token (
  entity_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  consumer_id INTEGER DEFAULT NULL,
  admin_id INTEGER DEFAULT NULL,
  customer_id INTEGER DEFAULT NULL,
  type TEXT NOT NULL,
  token TEXT NOT NULL,
  secret TEXT NOT NULL,
  verifier TEXT DEFAULT NULL,
  callback_url TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0,
  authorized INTEGER NOT NULL DEFAULT 0,
  user_type INTEGER DEFAULT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (token)
);
CREATE INDEX IF NOT EXISTS oauth_token_created_at ON oauth_token (created_at);

CREATE TABLE IF NOT EXISTS oauth_token_request_log (
  log_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  user_name TEXT COLLATE NOCASE NOT NULL,
  user_type INTEGER NOT NULL,
  failures_count INTEGER DEFAULT 0,
  lock_expires_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (user_name, user_type)
);

CREATE TABLE IF NOT EXISTS jwt_auth_revoked (
  user_type_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  revoke_before INTEGER NOT NULL,
  PRIMARY KEY (user_type_id, user_id)
);

CREATE TABLE IF NOT EXISTS password_reset_request_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  request_type INTEGER NOT NULL,
  account_reference TEXT COLLATE NOCASE DEFAULT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ip TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS password_reset_request_event_account_reference ON password_reset_request_event (account_reference);
CREATE INDEX IF NOT EXISTS password_reset_request_event_created_at ON password_reset_request_event (created_at);

-- A fresh Magento's one website, one group, one store view, and the admin rows with id 0.
INSERT INTO store_website (website_id, code, name, sort_order, default_group_id, is_default)
SELECT * FROM (SELECT 0 AS a, 'admin' AS b, 'Admin' AS c, 0 AS d, 0 AS e, 0 AS f
  UNION ALL SELECT 1, 'base', 'Main Website', 0, 1, 1) AS fresh
WHERE NOT EXISTS (SELECT 1 FROM store_website);

INSERT INTO store_group (group_id, website_id, name, root_category_id, default_store_id, code)
SELECT * FROM (SELECT 0 AS a, 0 AS b, 'Default' AS c, 0 AS d, 0 AS e, 'default' AS f
  UNION ALL SELECT 1, 1, 'Main Website Store', 2, 1, 'main_website_store') AS fresh
WHERE NOT EXISTS (SELECT 1 FROM store_group);

INSERT INTO store (store_id, code, website_id, group_id, name, sort_order, is_active)
SELECT * FROM (SELECT 0 AS a, 'admin' AS b, 0 AS c, 0 AS d, 'Admin' AS e, 0 AS f, 1 AS g
  UNION ALL SELECT 1, 'default', 1, 1, 'Default Store View', 0, 1) AS fresh
WHERE NOT EXISTS (SELECT 1 FROM store);

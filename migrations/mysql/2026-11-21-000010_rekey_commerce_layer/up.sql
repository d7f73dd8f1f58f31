-- Commerce Layer's customer_password_resets and what belongs to them. Texts compare byte for byte
-- (utf8mb4_bin), as on PostgreSQL; times keep milliseconds.

CREATE TABLE IF NOT EXISTS rekey_reset_resource (
  id BIGINT NOT NULL AUTO_INCREMENT,
  public_id CHAR(10) NOT NULL,
  customer_id BIGINT NOT NULL,
  customer_email VARCHAR(255) NOT NULL,
  token_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token_sealed VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_mark CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reference VARCHAR(255) DEFAULT NULL,
  reference_origin VARCHAR(255) DEFAULT NULL,
  metadata TEXT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  reset_password_at DATETIME(3) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY REKEY_RESET_RESOURCE_PUBLIC_ID (public_id),
  UNIQUE KEY REKEY_RESET_RESOURCE_TOKEN_DIGEST (token_digest),
  KEY REKEY_RESET_RESOURCE_CUSTOMER_ID (customer_id),
  KEY REKEY_RESET_RESOURCE_CREATED_AT (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rekey_event (
  id BIGINT NOT NULL AUTO_INCREMENT,
  public_id CHAR(10) NOT NULL,
  reset_id BIGINT NOT NULL,
  name VARCHAR(64) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY REKEY_EVENT_PUBLIC_ID (public_id),
  KEY REKEY_EVENT_RESET_ID (reset_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rekey_event_store (
  id BIGINT NOT NULL AUTO_INCREMENT,
  reset_id BIGINT NOT NULL,
  resource_id CHAR(10) NOT NULL,
  event VARCHAR(16) NOT NULL,
  payload TEXT NOT NULL,
  who TEXT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY REKEY_EVENT_STORE_RESET_ID (reset_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A row is a message that an endpoint has not taken yet.
CREATE TABLE IF NOT EXISTS rekey_webhook_delivery (
  id BIGINT NOT NULL AUTO_INCREMENT,
  endpoint VARCHAR(512) NOT NULL,
  topic VARCHAR(64) NOT NULL,
  snapshot TEXT NOT NULL,
  attempts INT NOT NULL,
  next_attempt_at DATETIME(3) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY REKEY_WEBHOOK_DELIVERY_NEXT_ATTEMPT_AT (next_attempt_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rekey_application (
  id BIGINT NOT NULL AUTO_INCREMENT,
  public_id CHAR(10) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  name VARCHAR(255) NOT NULL,
  client_id VARCHAR(64) NOT NULL,
  secret_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  created_at DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY REKEY_APPLICATION_PUBLIC_ID (public_id),
  UNIQUE KEY REKEY_APPLICATION_CLIENT_ID (client_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The one key pair that signs access tokens; sealed with the crypt key, shared by all processes.
CREATE TABLE IF NOT EXISTS rekey_application_key (
  id BIGINT NOT NULL,
  private_sealed TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rekey_application_revoked_token (
  token_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (token_digest),
  KEY REKEY_APPLICATION_REVOKED_TOKEN_EXPIRES_AT (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row for each live token that rekey issued: found by its digest, never by the token.
CREATE TABLE IF NOT EXISTS rekey_password_reset (
  id BIGINT NOT NULL AUTO_INCREMENT,
  customer_id BIGINT NOT NULL,
  token_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_mark CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY REKEY_PASSWORD_RESET_TOKEN_DIGEST (token_digest),
  KEY REKEY_PASSWORD_RESET_CUSTOMER_ID (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

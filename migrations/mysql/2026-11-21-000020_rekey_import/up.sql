-- How far each import of customers came. The row moves in the transaction that stores a batch, so that
-- an import which was stopped goes on where it was. `position` is a byte of the file, or an entity_id.
CREATE TABLE IF NOT EXISTS rekey_import (
  fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source VARCHAR(255) NOT NULL,
  position BIGINT NOT NULL,
  line BIGINT NOT NULL,
  imported BIGINT NOT NULL,
  existing BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  started_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  finished_at DATETIME DEFAULT NULL,
  PRIMARY KEY (fingerprint)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

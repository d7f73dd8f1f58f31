-- Calls that were answered with 202 and are still to be done. The parameters are sealed with the
-- crypt key: a password can be among them. A row is deleted when its work is done.
CREATE TABLE IF NOT EXISTS rekey_async_operation (
  id BIGINT NOT NULL AUTO_INCREMENT,
  bulk_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operation VARCHAR(64) NOT NULL,
  store_id INT NOT NULL,
  caller BIGINT NOT NULL,
  address VARCHAR(45) NOT NULL,
  sealed MEDIUMTEXT NOT NULL,
  created_at DATETIME NOT NULL,
  due_at DATETIME NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY REKEY_ASYNC_OPERATION_DUE_AT (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

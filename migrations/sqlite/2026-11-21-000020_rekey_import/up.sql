-- How far each import of customers came. The row moves in the transaction that stores a batch, so that
-- an import which was stopped goes on where it was. `position` is a byte of the file, or an entity_id.
CREATE TABLE IF NOT EXISTS rekey_import (
  fingerprint TEXT PRIMARY KEY NOT NULL,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  imported INTEGER NOT NULL,
  existing INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  started_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP DEFAULT NULL
);

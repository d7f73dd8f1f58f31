-- Calls that were answered with 202 and are still to be done. The parameters are sealed with the
-- crypt key: a password can be among them. A row is deleted when its work is done.
CREATE TABLE IF NOT EXISTS rekey_async_operation (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  bulk_uuid TEXT NOT NULL,
  operation TEXT NOT NULL,
  store_id INTEGER NOT NULL,
  caller INTEGER NOT NULL,
  address TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  due_at TIMESTAMP NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS rekey_async_operation_due_at ON rekey_async_operation (due_at);

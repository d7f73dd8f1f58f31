-- The outbox. A row is written with what the mail is about, in the same transaction, and deleted when
-- the mail is sent. `sealed` is the letter under the crypt key: a dump of this table holds no link.
-- `due_at`: when it may be taken next; taking it moves that a lease ahead. NULL: given up.
CREATE TABLE IF NOT EXISTS rekey_mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  due_at TIMESTAMP DEFAULT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  claimed_by TEXT DEFAULT NULL,
  last_error TEXT DEFAULT NULL,
  given_up_at TIMESTAMP DEFAULT NULL
);
CREATE INDEX IF NOT EXISTS rekey_mail_due_at ON rekey_mail (due_at);

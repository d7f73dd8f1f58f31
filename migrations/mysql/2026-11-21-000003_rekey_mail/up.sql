-- The outbox. A row is written with what the mail is about, in the same transaction, and deleted when
-- the mail is sent. `sealed` is the letter under the crypt key: a dump of this table holds no link.
-- `due_at`: when it may be taken next; taking it moves that a lease ahead. NULL: given up.
CREATE TABLE IF NOT EXISTS rekey_mail (
  id BIGINT NOT NULL AUTO_INCREMENT,
  kind VARCHAR(32) NOT NULL,
  sealed TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME NOT NULL,
  due_at DATETIME DEFAULT NULL,
  attempts INT NOT NULL DEFAULT 0,
  claimed_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  last_error VARCHAR(255) DEFAULT NULL,
  given_up_at DATETIME DEFAULT NULL,
  PRIMARY KEY (id),
  KEY REKEY_MAIL_DUE_AT (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

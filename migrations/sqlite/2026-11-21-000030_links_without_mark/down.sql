ALTER TABLE rekey_password_reset ADD COLUMN password_mark TEXT NOT NULL DEFAULT '';

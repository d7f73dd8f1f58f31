ALTER TABLE rekey_password_reset ADD COLUMN password_mark CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

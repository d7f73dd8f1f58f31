DROP TABLE rekey_password_reset;

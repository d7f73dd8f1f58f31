DROP TABLE rekey_import;

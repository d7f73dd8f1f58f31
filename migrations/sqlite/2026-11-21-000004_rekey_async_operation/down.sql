DROP TABLE rekey_async_operation;

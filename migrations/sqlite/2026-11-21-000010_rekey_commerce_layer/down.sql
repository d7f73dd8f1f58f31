DROP TABLE IF EXISTS rekey_reset_resource;
DROP TABLE IF EXISTS rekey_event;
DROP TABLE IF EXISTS rekey_event_store;
DROP TABLE IF EXISTS rekey_webhook_delivery;
DROP TABLE IF EXISTS rekey_application;
DROP TABLE IF EXISTS rekey_application_key;
DROP TABLE IF EXISTS rekey_application_revoked_token;

-- The part of a Magento's database that touches passwords, as a Magento made it: other types, keys and
-- columns than rekey's own tables. CHARSET is put in by the test.
CREATE TABLE setup_module (
  module varchar(50) NOT NULL COMMENT 'Module',
  schema_version varchar(50) DEFAULT NULL,
  data_version varchar(50) DEFAULT NULL,
  PRIMARY KEY (module)
) ENGINE=InnoDB DEFAULT CHARSET;
INSERT INTO setup_module VALUES ('Magento_Customer', '2.0.15', '2.0.15'), ('Magento_Store', '2.1.0', '2.1.0');
CREATE TABLE store_website (
  website_id smallint(5) unsigned NOT NULL AUTO_INCREMENT COMMENT 'Website ID',
  code varchar(32) DEFAULT NULL,
  name varchar(64) DEFAULT NULL,
  sort_order smallint(5) unsigned NOT NULL DEFAULT 0,
  default_group_id smallint(5) unsigned NOT NULL DEFAULT 0,
  is_default smallint(5) unsigned DEFAULT 0,
  PRIMARY KEY (website_id),
  UNIQUE KEY STORE_WEBSITE_CODE (code)
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='Websites';
INSERT INTO store_website VALUES (0, 'admin', 'Admin', 0, 0, 0), (1, 'base', 'Main Website', 0, 1, 1);
CREATE TABLE store_group (
  group_id smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  website_id smallint(5) unsigned NOT NULL DEFAULT 0,
  name varchar(255) NOT NULL,
  root_category_id int(10) unsigned NOT NULL DEFAULT 0,
  default_store_id smallint(5) unsigned NOT NULL DEFAULT 0,
  code varchar(32) DEFAULT NULL,
  PRIMARY KEY (group_id),
  UNIQUE KEY STORE_GROUP_CODE (code),
  CONSTRAINT FK_GROUP_WEBSITE FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='Store Groups';
INSERT INTO store_group VALUES (0, 0, 'Default', 0, 0, 'default'), (1, 1, 'Main Website Store', 2, 1, 'main_website_store');
CREATE TABLE store (
  store_id smallint(5) unsigned NOT NULL AUTO_INCREMENT,
  code varchar(32) DEFAULT NULL,
  website_id smallint(5) unsigned NOT NULL DEFAULT 0,
  group_id smallint(5) unsigned NOT NULL DEFAULT 0,
  name varchar(255) NOT NULL,
  sort_order smallint(5) unsigned NOT NULL DEFAULT 0,
  is_active smallint(5) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (store_id),
  UNIQUE KEY STORE_CODE (code),
  CONSTRAINT FK_STORE_GROUP FOREIGN KEY (group_id) REFERENCES store_group (group_id) ON DELETE CASCADE,
  CONSTRAINT FK_STORE_WEBSITE FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='Stores';
INSERT INTO store VALUES (0, 'admin', 0, 0, 'Admin', 0, 1), (1, 'default', 1, 1, 'Default Store View', 0, 1);
CREATE TABLE core_config_data (
  config_id int(10) unsigned NOT NULL AUTO_INCREMENT,
  scope varchar(8) NOT NULL DEFAULT 'default',
  scope_id int(11) NOT NULL DEFAULT 0,
  path varchar(255) NOT NULL DEFAULT 'general',
  value text DEFAULT NULL,
  updated_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (config_id),
  UNIQUE KEY CORE_CONFIG_DATA_SCOPE_SCOPE_ID_PATH (scope, scope_id, path)
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='Config Data';
CREATE TABLE customer_entity (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'Entity ID',
  website_id smallint(5) unsigned DEFAULT NULL COMMENT 'Website ID',
  email varchar(255) DEFAULT NULL COMMENT 'Email',
  group_id smallint(5) unsigned NOT NULL DEFAULT 0,
  increment_id varchar(50) DEFAULT NULL,
  store_id smallint(5) unsigned DEFAULT 0,
  created_at timestamp NOT NULL DEFAULT current_timestamp(),
  updated_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  is_active smallint(5) unsigned NOT NULL DEFAULT 1,
  disable_auto_group_change smallint(5) unsigned NOT NULL DEFAULT 0,
  created_in varchar(255) DEFAULT NULL,
  prefix varchar(40) DEFAULT NULL,
  firstname varchar(255) DEFAULT NULL,
  middlename varchar(255) DEFAULT NULL,
  lastname varchar(255) DEFAULT NULL,
  suffix varchar(40) DEFAULT NULL,
  dob date DEFAULT NULL,
  password_hash varchar(128) DEFAULT NULL,
  rp_token varchar(128) DEFAULT NULL,
  rp_token_created_at datetime DEFAULT NULL,
  default_billing int(10) unsigned DEFAULT NULL,
  default_shipping int(10) unsigned DEFAULT NULL,
  taxvat varchar(50) DEFAULT NULL,
  confirmation varchar(64) DEFAULT NULL,
  gender smallint(5) unsigned DEFAULT NULL,
  failures_num smallint(6) DEFAULT 0,
  first_failure timestamp NULL DEFAULT NULL,
  lock_expires timestamp NULL DEFAULT NULL,
  session_cutoff timestamp NULL DEFAULT NULL,
  PRIMARY KEY (entity_id),
  UNIQUE KEY CUSTOMER_ENTITY_EMAIL_WEBSITE_ID (email, website_id),
  KEY CUSTOMER_ENTITY_STORE_ID (store_id),
  CONSTRAINT FK_CUSTOMER_STORE FOREIGN KEY (store_id) REFERENCES store (store_id) ON DELETE SET NULL,
  CONSTRAINT FK_CUSTOMER_WEBSITE FOREIGN KEY (website_id) REFERENCES store_website (website_id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='Customer Entity';
CREATE TABLE oauth_token (
  entity_id int(10) unsigned NOT NULL AUTO_INCREMENT,
  consumer_id int(10) unsigned DEFAULT NULL,
  admin_id int(10) unsigned DEFAULT NULL,
  customer_id int(10) unsigned DEFAULT NULL,
  type varchar(16) NOT NULL,
  token varchar(32) NOT NULL,
  secret varchar(128) NOT NULL,
  verifier varchar(32) DEFAULT NULL,
  callback_url text NOT NULL,
  revoked smallint(5) unsigned NOT NULL DEFAULT 0,
  authorized smallint(5) unsigned NOT NULL DEFAULT 0,
  user_type int(11) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (entity_id),
  UNIQUE KEY OAUTH_TOKEN_TOKEN (token),
  CONSTRAINT FK_TOKEN_CUSTOMER FOREIGN KEY (customer_id) REFERENCES customer_entity (entity_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET COMMENT='OAuth Tokens';
CREATE TABLE oauth_token_request_log (
  log_id int(10) unsigned NOT NULL AUTO_INCREMENT,
  user_name varchar(255) NOT NULL COMMENT 'Customer email or admin login',
  user_type smallint(5) unsigned NOT NULL,
  failures_count smallint(5) unsigned DEFAULT 0,
  lock_expires_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  PRIMARY KEY (log_id),
  UNIQUE KEY OAUTH_TOKEN_REQUEST_LOG_USER_NAME_USER_TYPE (user_name, user_type)
) ENGINE=InnoDB DEFAULT CHARSET;
CREATE TABLE jwt_auth_revoked (
  user_type_id int(10) unsigned NOT NULL,
  user_id int(10) unsigned NOT NULL,
  revoke_before bigint(20) unsigned NOT NULL,
  PRIMARY KEY (user_type_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET;
CREATE TABLE password_reset_request_event (
  id int(10) unsigned NOT NULL AUTO_INCREMENT,
  request_type smallint(5) unsigned NOT NULL,
  account_reference varchar(255) DEFAULT NULL,
  created_at timestamp NOT NULL DEFAULT current_timestamp(),
  ip varchar(15) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET;
CREATE TABLE customer_log (
  log_id int(11) NOT NULL AUTO_INCREMENT,
  customer_id int(11) NOT NULL,
  last_login_at timestamp NULL DEFAULT NULL,
  last_logout_at timestamp NULL DEFAULT NULL,
  PRIMARY KEY (log_id),
  UNIQUE KEY CUSTOMER_LOG_CUSTOMER_ID (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET;

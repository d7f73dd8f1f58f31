-- rp_token alone decides whether a link is live: nothing ever read the mark. MySQL commits each ALTER by
-- itself and knows no DROP COLUMN IF EXISTS: asked first, so that it may be run again.
SET @statement = IF(
  EXISTS(SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE()
    AND table_name = 'rekey_password_reset' AND column_name = 'password_mark'),
  'ALTER TABLE rekey_password_reset DROP COLUMN password_mark',
  'DO 0');
PREPARE rekey_statement FROM @statement;
EXECUTE rekey_statement;
DEALLOCATE PREPARE rekey_statement;

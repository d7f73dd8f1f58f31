-- rp_token alone decides whether a link is live: nothing ever read the mark.
ALTER TABLE rekey_password_reset DROP COLUMN password_mark;

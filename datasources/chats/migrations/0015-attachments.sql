-- What a message carries of another domain, by its type and its id there, such as `Product:12`. No foreign key: a domain
-- may lie in another database, and what is attached may go before the message does.
ALTER TABLE messages
  ADD COLUMN attachment text CHECK (attachment ~ '^[A-Z][A-Za-z]*:[A-Za-z0-9_-]{1,64}$'),
  ADD CONSTRAINT messages_deleted_bare CHECK (deleted_at IS NULL OR attachment IS NULL);

-- What a notification carries of another domain, by its type and its id there, such as `Product:12`. No foreign key, as
-- with messages.
ALTER TABLE notifications
  ADD COLUMN attachment text CHECK (attachment ~ '^[A-Z][A-Za-z]*:[A-Za-z0-9_-]{1,64}$');

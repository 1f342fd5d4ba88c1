-- What the backstop follows: only the columns that name cache entries, so that no password hash leaves the database.
CREATE PUBLICATION cache_followed FOR TABLE
  users (id, username, role),
  sessions (user_id, id),
  products (id),
  inventory (product_id);

-- The log repeats the old values of these columns where a row is deleted or one of them changes, and only there: an UPDATE
-- that brings none has left alone what is copied into other entries.
CREATE UNIQUE INDEX users_identity ON users (id, username, role);
ALTER TABLE users REPLICA IDENTITY USING INDEX users_identity;
CREATE UNIQUE INDEX sessions_identity ON sessions (user_id, id);
ALTER TABLE sessions REPLICA IDENTITY USING INDEX sessions_identity;

CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL CONSTRAINT users_username_key UNIQUE,
  password_hash text NOT NULL,
  display_name text NOT NULL,
  avatar_url text,
  status_message text,
  email text,
  phone text,
  role text NOT NULL DEFAULT 'USER' CHECK (role IN ('USER', 'ADMIN', 'SERVICE')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE sessions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  chat_expires_at timestamptz NOT NULL,
  shop_expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

CREATE INDEX sessions_live ON sessions (user_id, id) WHERE revoked_at IS NULL;

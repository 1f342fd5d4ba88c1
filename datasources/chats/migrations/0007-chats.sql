CREATE TABLE chats (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('DIRECT', 'GROUP')),
  title text,
  -- Both members of a direct chat, the smaller id first: there is one chat of two, whoever opens it.
  direct_low bigint REFERENCES users ON DELETE CASCADE,
  direct_high bigint REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Raised by every change of a message, under the row's lock: the order of changes.
  version bigint NOT NULL DEFAULT 0,
  last_message_id bigint NOT NULL DEFAULT 0,
  CONSTRAINT chats_of_two UNIQUE (direct_low, direct_high),
  CONSTRAINT chats_kind CHECK (
    (kind = 'DIRECT' AND direct_low < direct_high AND title IS NULL)
    OR (kind = 'GROUP' AND direct_low IS NULL AND direct_high IS NULL AND title IS NOT NULL)
  )
);

CREATE TABLE chat_members (
  chat_id bigint NOT NULL REFERENCES chats ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'MEMBER' CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  -- The last message that was marked as read; it never goes back.
  read_id bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (chat_id, user_id)
);

CREATE INDEX chat_members_of_user ON chat_members (user_id);
CREATE UNIQUE INDEX chat_members_owner ON chat_members (chat_id) WHERE role = 'OWNER';

-- Ids are given out under the lock of the chat's row, from the time: within a chat they are in the order of the commits.
CREATE TABLE messages (
  chat_id bigint NOT NULL REFERENCES chats ON DELETE CASCADE,
  id bigint NOT NULL,
  author_id bigint REFERENCES users ON DELETE SET NULL,
  client_message_id text NOT NULL,
  text text,
  sent_at timestamptz NOT NULL DEFAULT now(),
  edited_at timestamptz,
  deleted_at timestamptz,
  PRIMARY KEY (chat_id, id),
  CONSTRAINT messages_once UNIQUE (chat_id, author_id, client_message_id),
  CONSTRAINT messages_deleted CHECK ((text IS NULL) = (deleted_at IS NOT NULL))
);

-- Written in batches; Redis has the live copy.
CREATE TABLE last_seen (
  user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  seen_at timestamptz NOT NULL
);

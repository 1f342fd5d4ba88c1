CREATE TABLE chats (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('DIRECT', 'GROUP')),
  title text,
  -- Both members of a direct chat, the smaller id first: there is one chat of two, whoever opens it.
  direct_low bigint REFERENCES users ON DELETE CASCADE,
  direct_high bigint REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT chats_of_two UNIQUE (direct_low, direct_high),
  CONSTRAINT chats_kind CHECK (
    (kind = 'DIRECT' AND direct_low < direct_high AND title IS NULL)
    OR (kind = 'GROUP' AND direct_low IS NULL AND direct_high IS NULL AND title IS NOT NULL)
  )
);

-- What every message changes, apart from what hardly ever does: the log names a changed chat only where it has changed.
CREATE TABLE chat_heads (
  chat_id bigint PRIMARY KEY REFERENCES chats ON DELETE CASCADE,
  -- Raised by every change of a message, under this row's lock: the order of changes.
  version bigint NOT NULL DEFAULT 0,
  -- Where the chat is in the order of its members' chats; before the first message, its beginning.
  last_message_id bigint NOT NULL
);

CREATE TABLE chat_members (
  chat_id bigint NOT NULL REFERENCES chats ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'MEMBER' CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  -- The order of joining.
  place bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (chat_id, user_id)
);

CREATE INDEX chat_members_of_user ON chat_members (user_id);
CREATE UNIQUE INDEX chat_members_owner ON chat_members (chat_id) WHERE role = 'OWNER';

-- The last message that a member has marked as read; it never goes back. It goes with the membership.
CREATE TABLE chat_reads (
  chat_id bigint NOT NULL,
  user_id bigint NOT NULL,
  read_id bigint NOT NULL,
  PRIMARY KEY (chat_id, user_id),
  FOREIGN KEY (chat_id, user_id) REFERENCES chat_members ON DELETE CASCADE
);

-- Ids are given out under the lock of the chat's head: within a chat they are in the order of the commits.
CREATE TABLE messages (
  chat_id bigint NOT NULL REFERENCES chats ON DELETE CASCADE,
  id bigint NOT NULL,
  author_id bigint REFERENCES users ON DELETE SET NULL,
  client_message_id text NOT NULL,
  text text,
  sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  edited_at timestamptz,
  deleted_at timestamptz,
  PRIMARY KEY (chat_id, id),
  CONSTRAINT messages_once UNIQUE (chat_id, author_id, client_message_id),
  CONSTRAINT messages_deleted CHECK ((text IS NULL) = (deleted_at IS NOT NULL))
);

-- Milliseconds since 2020, at least one more than the last id's, then the chat's own 20 bits: two chats never have the
-- same id, so that lists of chats have one order. 18 digits until 2050.
CREATE FUNCTION next_message_id(chat bigint, last bigint) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT (greatest((last >> 20) + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint - 1577836800000) << 20)
    | (chat & 1048575)
$$;

-- Whoever changes a message, also past the gateways, raises the version: cached histories are ordered by it.
CREATE FUNCTION count_message_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE chat_heads
  SET version = version + 1,
    last_message_id = CASE WHEN TG_OP = 'INSERT' THEN greatest(last_message_id, NEW.id) ELSE last_message_id END
  WHERE chat_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.chat_id ELSE NEW.chat_id END;
  RETURN NULL;
END
$$;

CREATE TRIGGER messages_counted AFTER INSERT OR UPDATE OR DELETE ON messages
  FOR EACH ROW EXECUTE FUNCTION count_message_change();

-- Written in batches; Redis has the live copy.
CREATE TABLE last_seen (
  user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  seen_at timestamptz NOT NULL
);

ALTER PUBLICATION cache_followed ADD TABLE
  chats (id),
  chat_members (chat_id, user_id),
  chat_reads (chat_id, user_id),
  messages (chat_id, id);

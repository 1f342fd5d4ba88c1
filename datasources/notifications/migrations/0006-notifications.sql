-- No row: everything is allowed at any time.
CREATE TABLE notification_preferences (
  user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  email boolean NOT NULL DEFAULT true,
  sms boolean NOT NULL DEFAULT true,
  push boolean NOT NULL DEFAULT true,
  promotional boolean NOT NULL DEFAULT true,
  quiet_from time,
  quiet_until time,
  time_zone text,
  CONSTRAINT quiet_hours_whole CHECK (num_nulls(quiet_from, quiet_until, time_zone) IN (0, 3)),
  CONSTRAINT quiet_hours_some CHECK (quiet_from <> quiet_until)
);

CREATE TABLE notification_templates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CONSTRAINT notification_templates_name_key UNIQUE,
  channel text NOT NULL CHECK (channel IN ('EMAIL', 'SMS', 'PUSH')),
  category text NOT NULL CHECK (category IN ('SECURITY', 'TRANSACTIONAL', 'PROMOTIONAL')),
  subject text,
  body text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- What was rendered stays as it was when its template changes.
CREATE TABLE notifications (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  sender_id bigint REFERENCES users ON DELETE SET NULL,
  idempotency_key text NOT NULL,
  template_id bigint REFERENCES notification_templates ON DELETE SET NULL,
  channel text NOT NULL CHECK (channel IN ('EMAIL', 'SMS', 'PUSH')),
  category text NOT NULL CHECK (category IN ('SECURITY', 'TRANSACTIONAL', 'PROMOTIONAL')),
  status text NOT NULL CHECK (status IN ('QUEUED', 'DEFERRED', 'SENT', 'FAILED', 'SUPPRESSED')),
  suppressed_because text
    CHECK (suppressed_because IN ('CHANNEL_OFF', 'PROMOTIONAL_OFF', 'QUOTA_USED_UP', 'NO_ADDRESS')),
  subject text,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  deferred_until timestamptz,
  sent_at timestamptz,
  read_at timestamptz,
  attempts smallint NOT NULL DEFAULT 0,
  last_error text,
  CONSTRAINT notifications_once UNIQUE (sender_id, idempotency_key),
  CONSTRAINT notifications_reason CHECK ((status = 'SUPPRESSED') = (suppressed_because IS NOT NULL))
);

-- The notification centre; what was suppressed never shows.
CREATE INDEX notifications_of_user ON notifications (user_id, id DESC) WHERE status <> 'SUPPRESSED';
CREATE INDEX notifications_unread ON notifications (user_id) WHERE status <> 'SUPPRESSED' AND read_at IS NULL;

-- What the backstop follows, and of deleted rows too.
CREATE UNIQUE INDEX notifications_identity ON notifications (user_id, id);
ALTER TABLE notifications REPLICA IDENTITY USING INDEX notifications_identity;
ALTER PUBLICATION cache_followed ADD TABLE
  notification_preferences (user_id),
  notification_templates (id),
  notifications (user_id, id);

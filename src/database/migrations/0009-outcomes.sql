-- What came of requests that clients may repeat under the same key: the first outcome, refusals included.
CREATE TABLE outcomes (
  user_id bigint NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of what was asked for: another request under the same key is a mistake of the client.
  request text NOT NULL,
  -- Null only inside the transaction that makes it.
  outcome jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, operation, key)
);

CREATE INDEX outcomes_by_age ON outcomes (created_at);

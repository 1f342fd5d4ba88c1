-- Two counters that are part of cache keys: raising one makes entries unreachable at once, whatever Redis holds.
CREATE TABLE cache_epochs (
  -- Exactly one row: there is one truth.
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  generation bigint NOT NULL DEFAULT 1,
  strict bigint NOT NULL DEFAULT 1,
  -- Identity of the Redis server that a gateway has talked to last.
  redis text,
  -- The log's timeline, in eight hex digits; a promotion begins another.
  timeline text NOT NULL
);

INSERT INTO cache_epochs (timeline) VALUES (left(pg_walfile_name(pg_current_wal_lsn()), 8));

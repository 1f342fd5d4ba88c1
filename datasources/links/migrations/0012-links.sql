-- The id is a snowflake: it carries its millisecond, so that a range of ids is a month, the primary key is unique over all
-- partitions, and a look-up by id touches one. There is no default partition: rows in it would have to be moved before
-- their month could be made.
CREATE TABLE links (
  id bigint PRIMARY KEY,
  -- What stands in the address: the id in base 62, or the alias.
  code text NOT NULL,
  url text NOT NULL,
  -- No reference: users lie in the main cluster, links perhaps elsewhere.
  owner_id bigint NOT NULL,
  expires_at timestamptz
) PARTITION BY RANGE (id);

CREATE INDEX links_by_owner ON links (owner_id, id DESC);
CREATE INDEX links_by_expiry ON links (expires_at) WHERE expires_at IS NOT NULL;
-- What the log repeats of a row that is deleted: the code names its cache entry.
CREATE UNIQUE INDEX links_identity ON links (id, code);
ALTER TABLE links REPLICA IDENTITY USING INDEX links_identity;

-- Codes that are not made of their id. An alias and its link lie on the same shard, by their common code.
CREATE TABLE link_aliases (
  alias text PRIMARY KEY,
  link_id bigint NOT NULL UNIQUE REFERENCES links ON DELETE CASCADE
);

-- The least id that can be given out at that moment: 22 bits lie behind the milliseconds since 2025.
CREATE FUNCTION first_link_id(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT ((extract(epoch FROM moment) * 1000)::bigint - 1735689600000) << 22
$$;

-- Makes the partition of the month that a moment lies in. False where it was there. Attaching an empty table keeps nobody
-- from reading or writing links, as creating it in its place would.
CREATE FUNCTION make_link_partition(moment timestamptz) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  month timestamptz := date_trunc('month', moment, 'UTC');
  partition text := 'links_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
  identity text;
BEGIN
  PERFORM pg_advisory_xact_lock(8264019);
  IF to_regclass(partition) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE links INCLUDING ALL)', partition);
  EXECUTE format('ALTER TABLE links ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', partition,
    first_link_id(month), first_link_id(((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'));
  SELECT own.indexrelid::regclass INTO identity
  FROM pg_index AS own JOIN pg_inherits ON inhrelid = own.indexrelid
  WHERE own.indrelid = to_regclass(partition) AND inhparent = 'links_identity'::regclass;
  EXECUTE format('ALTER TABLE %I REPLICA IDENTITY USING INDEX %s', partition, identity);
  RETURN true;
END
$$;

-- The month before too: at its turn, clocks may disagree. From here on workers make them ahead.
SELECT make_link_partition(now() + make_interval(months => month)) FROM generate_series(-1, 3) AS month;

-- Changes of partitions are told as changes of `links`.
ALTER PUBLICATION cache_followed SET (publish_via_partition_root = true);
ALTER PUBLICATION cache_followed ADD TABLE links (id, code);

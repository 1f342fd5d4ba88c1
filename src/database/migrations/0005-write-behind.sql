-- Which batches of which write-behind buffer have been applied: a batch that comes again changes nothing.
CREATE TABLE write_behind_batches (
  name text NOT NULL,
  id text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, id)
);

CREATE INDEX write_behind_batches_by_age ON write_behind_batches (name, applied_at);

-- Whoever does jobs has a place here and holds an advisory lock on its id for as long as it lives. The jobs of a place that
-- nobody holds are free to others.
CREATE TABLE job_places (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What the queue writes beside the jobs that are being done.
  holder text NOT NULL CONSTRAINT job_places_holder_key UNIQUE,
  taken_at timestamptz NOT NULL DEFAULT now()
);

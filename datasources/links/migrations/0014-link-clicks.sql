-- Visits by link, added up in batches. Nobody follows it: a count changes no link, and evicts nothing.
-- Room in the pages, so that a row that is counted up stays in its page and no index learns of it.
CREATE TABLE link_clicks (
  link_id bigint PRIMARY KEY REFERENCES links ON DELETE CASCADE,
  clicks bigint NOT NULL CHECK (clicks >= 0)
) WITH (fillfactor = 70);

-- What two texts must share to be found by one another: without case, accents, ligatures and signs. The one place that says
-- so, for products and for queries. Classes of characters are named by their code points, so that it does not depend on
-- the locale of the database.
CREATE FUNCTION search_text(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(lower(translate(
    regexp_replace(
      normalize(regexp_replace(normalize(left(written, 20000), NFKD), '[\u0300-\u036F]', '', 'g'), NFKC),
      '[\u0080-\u00A9\u00AB-\u00B9\u00BB-\u00BF\u00D7\u00F7\u2000-\u206F\u20A0-\u20CF\u2100-\u2BFF\u3000-\u3003\u3008-\u3020\uFE00-\uFE0F\U0001F000-\U0001FBFF]',
      ' ', 'g'),
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32))), 'ß', 'ss')
$$;

-- All words of a text as a query: each whole, or each as a beginning. No word holds a quote or a backslash: they are signs.
-- Null where the text has no words.
CREATE FUNCTION search_query(written text, ending text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg('''' || word || '''' || ending, ' & ' ORDER BY word)::tsquery
  FROM unnest(tsvector_to_array(to_tsvector('simple', search_text(written)))) AS word
$$;

ALTER TABLE products
  ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', search_text(name)), 'A')
    || setweight(to_tsvector('simple', search_text(category)), 'B')
    || setweight(to_tsvector('simple', search_text(coalesce(description, ''))), 'C')
  ) STORED,
  -- Raised where what search looks at has changed: long texts cannot be part of a replica identity.
  ADD COLUMN text_version integer NOT NULL DEFAULT 1;

-- No pending list, which every search would have to read to its end.
CREATE INDEX products_by_word ON products USING gin (search) WITH (fastupdate = off);

CREATE FUNCTION raise_text_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.text_version := OLD.text_version + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER products_text BEFORE UPDATE OF name, category, description ON products
  FOR EACH ROW
  WHEN ((OLD.name, OLD.category, OLD.description) IS DISTINCT FROM (NEW.name, NEW.category, NEW.description))
  EXECUTE FUNCTION raise_text_version();

-- So that the log tells which list a product has left, and whether its words have changed.
ALTER PUBLICATION cache_followed DROP TABLE products;
ALTER PUBLICATION cache_followed ADD TABLE products (id, category, text_version);
CREATE UNIQUE INDEX products_identity ON products (id, category, text_version);
ALTER TABLE products REPLICA IDENTITY USING INDEX products_identity;

-- Views of late, each worth half as much after a day. A row that nobody looks at changes nothing, and yet all fade alike,
-- so that their order is the order of one number: the logarithm, to base 2, of the sum of 2 ^ (day of the view), where
-- days are counted from 1970. What is left of the sum at a moment is 2 ^ (heat - day). Followed by nobody: it is written
-- often, and makes no entry wrong.
CREATE TABLE product_popularity (
  product_id bigint PRIMARY KEY REFERENCES products ON DELETE CASCADE,
  heat double precision NOT NULL
);

CREATE INDEX product_popularity_by_heat ON product_popularity (heat DESC, product_id);

ALTER TABLE products DROP COLUMN popularity;

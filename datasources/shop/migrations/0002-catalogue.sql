CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  price_minor bigint NOT NULL CHECK (price_minor > 0),
  currency_code text NOT NULL,
  category text NOT NULL,
  -- Mean of the reviews in hundredths of a star; null before the first.
  rating_hundredths smallint CHECK (rating_hundredths BETWEEN 0 AND 500),
  description text,
  images text[] NOT NULL DEFAULT '{}',
  -- Views of late, decaying; measured, never set by hand.
  popularity real NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX products_by_category ON products (category, id DESC);

CREATE TABLE inventory (
  product_id bigint PRIMARY KEY REFERENCES products ON DELETE CASCADE,
  stock integer NOT NULL CONSTRAINT inventory_stock_range CHECK (stock BETWEEN 0 AND 1000000000)
);

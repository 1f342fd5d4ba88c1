-- A user's, or an anonymous visitor's, who is known by the hash of a token alone.
CREATE TABLE carts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint UNIQUE REFERENCES users ON DELETE CASCADE,
  token_hash text UNIQUE,
  -- Raised by every edit; orders what is written through.
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT carts_of_somebody CHECK ((user_id IS NULL) <> (token_hash IS NULL))
);

CREATE TABLE cart_lines (
  cart_id bigint NOT NULL REFERENCES carts ON DELETE CASCADE,
  product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
  quantity integer NOT NULL CONSTRAINT cart_lines_quantity_range CHECK (quantity BETWEEN 1 AND 999),
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  status text NOT NULL CHECK (status IN ('PLACED', 'PAID')),
  currency_code text NOT NULL,
  total_minor bigint NOT NULL CHECK (total_minor > 0),
  placed_at timestamptz NOT NULL DEFAULT now(),
  -- The buyer's entry in the bank's ledger; null while it is not paid.
  payment_entry_id bigint,
  paid_at timestamptz,
  CONSTRAINT orders_paid_by_something CHECK ((status = 'PAID') = (payment_entry_id IS NOT NULL AND paid_at IS NOT NULL))
);

CREATE INDEX orders_by_user ON orders (user_id, id DESC);

-- What was bought, at the price paid; it stays when the product goes.
CREATE TABLE order_lines (
  order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
  line smallint NOT NULL,
  product_id bigint NOT NULL,
  name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor > 0),
  PRIMARY KEY (order_id, line)
);

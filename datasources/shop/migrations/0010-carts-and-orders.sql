-- One count for all carts: it goes on where a cart is deleted and made again, and a cached one is never taken for newer.
CREATE SEQUENCE cart_versions;

CREATE TABLE carts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Whose it is, in the one word that it is cached by: `user 17`, or `visitor` and the SHA-256 of the visitor's token.
  owner text NOT NULL CONSTRAINT carts_owner UNIQUE,
  user_id bigint UNIQUE REFERENCES users ON DELETE CASCADE,
  -- Raised by every edit, under this row's lock; orders what is written through.
  version bigint NOT NULL DEFAULT nextval('cart_versions'),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT carts_of_somebody CHECK (
    CASE WHEN user_id IS NULL THEN owner LIKE 'visitor %' ELSE owner = 'user ' || user_id END
  )
);

CREATE TABLE cart_lines (
  cart_id bigint NOT NULL REFERENCES carts ON DELETE CASCADE,
  product_id bigint NOT NULL CONSTRAINT cart_lines_product REFERENCES products ON DELETE CASCADE,
  quantity integer NOT NULL CONSTRAINT cart_lines_quantity CHECK (quantity BETWEEN 1 AND 999),
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cart_id, product_id)
);

CREATE INDEX cart_lines_of_product ON cart_lines (product_id);

-- Whoever changes a line, also past the gateways or by deleting a product, changes its cart: the cached one is ordered by the
-- version, and evicted by the row of the cart. A transaction that has raised the version need not do so again.
CREATE FUNCTION count_cart_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (SELECT count(*) > 100 FROM cart_lines WHERE cart_id = NEW.cart_id) THEN
    RAISE EXCEPTION 'a cart holds 100 different products'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cart_lines_in_one_cart';
  END IF;
  UPDATE carts SET version = nextval('cart_versions'), updated_at = now()
  WHERE id = coalesce(NEW.cart_id, OLD.cart_id) AND xmin <> pg_current_xact_id()::xid;
  RETURN NULL;
END
$$;

CREATE TRIGGER cart_lines_counted AFTER INSERT OR UPDATE OR DELETE ON cart_lines
  FOR EACH ROW EXECUTE FUNCTION count_cart_change();

ALTER TABLE carts REPLICA IDENTITY USING INDEX carts_owner;
ALTER PUBLICATION cache_followed ADD TABLE carts (owner);

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

-- Also what the log tells of a row that is deleted.
CREATE UNIQUE INDEX orders_by_user ON orders (user_id, id);
ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_by_user;

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

ALTER PUBLICATION cache_followed ADD TABLE
  orders (user_id, id),
  order_lines (order_id, line);

-- A user's first two edits, at once on two gateways, both insert the cart. ON CONFLICT (owner) waits for the other one; a second
-- unique constraint would fail first. The owner names the user, so that one is enough.
ALTER TABLE carts DROP CONSTRAINT carts_user_id_key;
CREATE INDEX carts_of_user ON carts (user_id);

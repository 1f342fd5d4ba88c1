-- Hardly ever changes: what every movement of money changes lies apart, so that the log names a changed account only where
-- it has changed.
CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Null for the bank's own: the other side of deposits, loans and payments to the shop.
  user_id bigint REFERENCES users ON DELETE RESTRICT,
  name text NOT NULL,
  currency_code text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX accounts_by_user ON accounts (user_id, id);
CREATE UNIQUE INDEX accounts_of_the_bank ON accounts (name, currency_code) WHERE user_id IS NULL;

INSERT INTO accounts (name, currency_code)
SELECT name, currency_code
FROM unnest(ARRAY['cash', 'shop']) AS name, unnest(ARRAY['CHF', 'EUR', 'GBP', 'JPY', 'KWD', 'USD']) AS currency_code;

-- Of users' accounts alone: the bank's own have no such row, lest every payment queues at it. Theirs is the sum of their
-- entries. Whoever moves money locks this row, so an account's entries are committed in the order of their ids.
CREATE TABLE balances (
  account_id bigint PRIMARY KEY REFERENCES accounts,
  balance_minor bigint NOT NULL DEFAULT 0 CONSTRAINT balances_not_overdrawn CHECK (balance_minor >= 0)
);

-- One movement of money; its entries sum to zero.
CREATE TABLE transfers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('TRANSFER', 'PAYMENT', 'DEPOSIT', 'LOAN')),
  -- Shown to both sides.
  note text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What a movement means to one account.
CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transfer_id bigint NOT NULL REFERENCES transfers,
  account_id bigint NOT NULL REFERENCES accounts,
  counter_account_id bigint NOT NULL REFERENCES accounts,
  -- Negative where it leaves the account.
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  -- Null for the bank's own accounts.
  balance_after_minor bigint
);

CREATE INDEX ledger_entries_by_account ON ledger_entries (account_id, id DESC);
CREATE INDEX ledger_entries_by_transfer ON ledger_entries (transfer_id);

CREATE TABLE loans (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts,
  principal_minor bigint NOT NULL CHECK (principal_minor > 0),
  outstanding_minor bigint NOT NULL CHECK (outstanding_minor BETWEEN 0 AND principal_minor),
  -- Percent a year, such as 3.2500.
  annual_rate numeric(7, 4) NOT NULL CHECK (annual_rate >= 0),
  status text NOT NULL CHECK (status IN ('ACTIVE', 'REPAID')),
  opened_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz
);

CREATE UNIQUE INDEX loans_by_account ON loans (account_id, id);
ALTER TABLE loans REPLICA IDENTITY USING INDEX loans_by_account;

-- A mistake in a ledger is put right by one more movement, and an account stays whose it is.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_entries_stay BEFORE UPDATE OR DELETE ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_stay BEFORE UPDATE OR DELETE ON transfers
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_stay BEFORE UPDATE OF id, user_id, currency_code OR DELETE ON accounts
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER PUBLICATION cache_followed ADD TABLE
  accounts (id, user_id),
  balances (account_id),
  ledger_entries (account_id, id),
  loans (account_id, id);

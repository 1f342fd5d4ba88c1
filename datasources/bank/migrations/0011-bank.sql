CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Null for the bank's own: the other side of deposits and of payments to the shop.
  user_id bigint REFERENCES users ON DELETE RESTRICT,
  name text NOT NULL,
  currency_code text NOT NULL,
  -- Stays 0 for the bank's own, lest every payment queues at one row: theirs is the sum of their entries.
  balance_minor bigint NOT NULL DEFAULT 0 CONSTRAINT accounts_not_overdrawn CHECK (balance_minor >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX accounts_by_user ON accounts (user_id, id);
CREATE UNIQUE INDEX accounts_of_the_bank ON accounts (name, currency_code) WHERE user_id IS NULL;

INSERT INTO accounts (name, currency_code)
SELECT name, currency_code
FROM unnest(ARRAY['cash', 'shop']) AS name, unnest(ARRAY['CHF', 'EUR', 'GBP', 'JPY', 'KWD', 'USD']) AS currency_code;

-- One movement of money; its entries sum to zero.
CREATE TABLE transfers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('TRANSFER', 'PAYMENT', 'DEPOSIT', 'LOAN')),
  -- Shown to both sides.
  note text,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What a movement means to one account. Never changed, never deleted.
CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transfer_id bigint NOT NULL REFERENCES transfers,
  account_id bigint NOT NULL REFERENCES accounts,
  counter_account_id bigint NOT NULL REFERENCES accounts,
  -- Negative where it leaves the account.
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  -- Null for the bank's own accounts.
  balance_after_minor bigint,
  created_at timestamptz NOT NULL DEFAULT now()
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

CREATE INDEX loans_by_account ON loans (account_id, id);

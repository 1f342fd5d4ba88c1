-- Who may stamp ids with which number. A holder stamps no id above its ceiling, and raises the ceiling before it does; the
-- next holder begins above it. So a number may be taken from anybody at any time, and no clocks are compared.
CREATE TABLE worker_numbers (
  number smallint PRIMARY KEY CHECK (number BETWEEN 0 AND 1023),
  -- Epoch ms, inclusive.
  ceiling bigint NOT NULL DEFAULT 0,
  -- Named anew by each that takes it; null where it was given back.
  holder text,
  -- Grows with every use: the number that was least recently used is taken next.
  used bigint NOT NULL DEFAULT 0
);

CREATE SEQUENCE worker_number_uses OWNED BY worker_numbers.used;
CREATE INDEX worker_numbers_by_use ON worker_numbers (used, number);
INSERT INTO worker_numbers (number) SELECT generate_series(0, 1023);

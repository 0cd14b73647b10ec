-- The warehouse: what each delivery said, when it was known, and how it was judged. Rows are added, never changed.
-- `stated_at` orders vintages: the producer's publication date when known, otherwise the time of receipt.

CREATE TABLE IF NOT EXISTS deliveries (      -- one row per delivery with an outcome
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL,
  file_name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, size_bytes BIGINT NOT NULL, producer VARCHAR,
  received_at TIMESTAMPTZ NOT NULL, published_at DATE, stated_at TIMESTAMPTZ NOT NULL,
  outcome VARCHAR NOT NULL,                  -- stored | blocked | refused
  received BIGINT NOT NULL, accepted BIGINT NOT NULL, quarantined BIGINT NOT NULL,
  added BIGINT NOT NULL, revised BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  message_vi VARCHAR, message_en VARCHAR, notices_json VARCHAR NOT NULL,
  simulated BOOLEAN NOT NULL,
  run_id VARCHAR NOT NULL, contract_version VARCHAR NOT NULL, contract_hash VARCHAR NOT NULL,
  code_version VARCHAR NOT NULL, engine VARCHAR, stored_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (feed_id, delivery_id),
  CHECK (accepted = added + revised + unchanged),
  CHECK (received = accepted + quarantined)
);

-- History loaded on purpose: late by receipt, judged by its publication date.
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS backfill BOOLEAN DEFAULT false;
-- Rows with a value that was taken although its sender may have meant another.
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS doubted BIGINT DEFAULT 0;

CREATE TABLE IF NOT EXISTS doubts (          -- one row per delivery, column and kind of doubt
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL,
  clause VARCHAR NOT NULL, column_name VARCHAR NOT NULL, code VARCHAR NOT NULL,
  doubted BIGINT NOT NULL,                   -- values
  reason_vi VARCHAR NOT NULL, reason_en VARCHAR NOT NULL,
  examples_json VARCHAR NOT NULL             -- at most 5: list of {location, raw, reading}
);

CREATE TABLE IF NOT EXISTS observations (    -- one row per vintage of a statement; see the view observations_current
  fact_key VARCHAR NOT NULL,                 -- md5 of feed and key columns
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, row_no BIGINT NOT NULL,
  stated_at TIMESTAMPTZ NOT NULL, known_at TIMESTAMPTZ NOT NULL, published_at DATE,
  indicator VARCHAR NOT NULL, item VARCHAR, item_name VARCHAR, area VARCHAR NOT NULL, area_name VARCHAR,
  period VARCHAR NOT NULL, period_kind VARCHAR NOT NULL, period_end DATE NOT NULL,
  measure VARCHAR NOT NULL, data_type VARCHAR NOT NULL,
  value DOUBLE, value_text VARCHAR, value_status VARCHAR NOT NULL, unit VARCHAR NOT NULL,
  agency VARCHAR, numerator DOUBLE, denominator DOUBLE, simulated BOOLEAN NOT NULL,
  source_table VARCHAR, sheet VARCHAR, cell VARCHAR
);

ALTER TABLE observations ADD COLUMN IF NOT EXISTS item_name VARCHAR;

CREATE OR REPLACE VIEW observations_vintages AS
SELECT *, row_number() OVER (PARTITION BY fact_key ORDER BY stated_at, known_at, delivery_id) AS vintage
FROM observations;

CREATE OR REPLACE VIEW observations_current AS
SELECT *, row_number() OVER (PARTITION BY fact_key ORDER BY stated_at, known_at, delivery_id) AS vintage
FROM observations
QUALIFY row_number() OVER (PARTITION BY fact_key ORDER BY stated_at DESC, known_at DESC, delivery_id DESC) = 1;

CREATE TABLE IF NOT EXISTS quarantine (      -- one row per quarantined row and broken rule
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, row_no BIGINT NOT NULL, location VARCHAR,
  clause VARCHAR NOT NULL, expectation_id VARCHAR, column_name VARCHAR, raw VARCHAR,
  reason_vi VARCHAR NOT NULL, reason_en VARCHAR NOT NULL, row_json VARCHAR
);

CREATE TABLE IF NOT EXISTS row_flags (       -- accepted rows that break a rule which does not quarantine
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, row_no BIGINT NOT NULL,
  expectation_id VARCHAR NOT NULL, clause VARCHAR NOT NULL, severity VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS validation_results (
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
  clause VARCHAR NOT NULL, expectation_id VARCHAR NOT NULL, expectation_type VARCHAR NOT NULL, column_name VARCHAR,
  level VARCHAR NOT NULL, severity VARCHAR NOT NULL,
  success BOOLEAN,                           -- null: could not be decided
  evaluated BIGINT, unexpected BIGINT, missing BIGINT, observed VARCHAR,
  message_vi VARCHAR, message_en VARCHAR, why_vi VARCHAR, why_en VARCHAR, fix_vi VARCHAR, fix_en VARCHAR,
  engine VARCHAR NOT NULL
);

-- Why success is null: nothing_to_evaluate, or error (the rule itself could not be computed).
ALTER TABLE validation_results ADD COLUMN IF NOT EXISTS reason VARCHAR;

CREATE TABLE IF NOT EXISTS changes (         -- grows with every delivery stored: tells a release what it holds
  change BIGINT NOT NULL, feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, stored_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE IF NOT EXISTS incidents (       -- events, only ever added: a critical clause turned red, or was satisfied
  event_no BIGINT NOT NULL, incident_id VARCHAR NOT NULL, feed_id VARCHAR NOT NULL, clause VARCHAR NOT NULL,
  event VARCHAR NOT NULL,                    -- opened | closed
  delivery_id VARCHAR NOT NULL, file_name VARCHAR NOT NULL,  -- the evidence
  "at" TIMESTAMPTZ NOT NULL                  -- when that delivery was received
);

-- SHA-256 over all of data_contracts as the delivery was judged (contract_hash: the feed's own folder); null in
-- deliveries older than this column.
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS declarations_hash VARCHAR;

CREATE TABLE IF NOT EXISTS second_opinions ( -- one row per delivery judged by both engines
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
  judge VARCHAR NOT NULL,                    -- sql | gx: whose verdict counts
  compared BIGINT NOT NULL,                  -- rules with two implementations
  stock_only BIGINT NOT NULL,                -- rules that only stock Great Expectations can judge
  differences BIGINT NOT NULL, seconds_compiled DOUBLE, seconds_stock DOUBLE
);

CREATE TABLE IF NOT EXISTS engine_differences ( -- what the engines said differently about a delivery
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
  clause VARCHAR NOT NULL, expectation_id VARCHAR NOT NULL,
  aspect VARCHAR NOT NULL,                   -- success | evaluated | unexpected | missing | rows
  compiled VARCHAR, stock VARCHAR
);

-- Indicators, as evaluated from the facts above (package compute); everything here can be made again from them.

CREATE TABLE IF NOT EXISTS indicator_cells ( -- known now: one row per code, area, period and data_type
  code VARCHAR NOT NULL, area VARCHAR NOT NULL,
  period VARCHAR NOT NULL, period_kind VARCHAR NOT NULL, period_end DATE NOT NULL,
  measure VARCHAR, data_type VARCHAR NOT NULL,     -- plan | estimate | preliminary | actual | official
  value DOUBLE, value_status VARCHAR NOT NULL, numerator DOUBLE, denominator DOUBLE,
  known_at TIMESTAMPTZ, published_at DATE, stated_at TIMESTAMPTZ, simulated BOOLEAN NOT NULL,
  feed_id VARCHAR, delivery_id VARCHAR, file_name VARCHAR, location VARCHAR, row_no BIGINT
);

CREATE TABLE IF NOT EXISTS indicator_vintages ( -- one row per change of a cell, in the order in which it was said
  code VARCHAR NOT NULL, area VARCHAR NOT NULL,
  period VARCHAR NOT NULL, period_kind VARCHAR NOT NULL, period_end DATE NOT NULL,
  measure VARCHAR, data_type VARCHAR NOT NULL,
  value DOUBLE, value_status VARCHAR NOT NULL, numerator DOUBLE, denominator DOUBLE,
  known_at TIMESTAMPTZ, published_at DATE, stated_at TIMESTAMPTZ, simulated BOOLEAN NOT NULL,
  feed_id VARCHAR, delivery_id VARCHAR, file_name VARCHAR, location VARCHAR, row_no BIGINT,
  vintage INTEGER NOT NULL                         -- 1, 2, 3 … of its cell
);

CREATE TABLE IF NOT EXISTS indicator_runs (  -- what each card was last computed from
  code VARCHAR NOT NULL, inputs_hash VARCHAR NOT NULL, computed_at TIMESTAMPTZ NOT NULL,
  cells BIGINT NOT NULL, seconds DOUBLE NOT NULL,
  error_vi VARCHAR, error_en VARCHAR         -- why it has no cells
);

CREATE TABLE IF NOT EXISTS indicator_vintage_days (  -- moments as of which a computed card was evaluated
  code VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL, inputs_hash VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS forecast_fits (   -- the forecast of a series as fitted last; kept while its inputs stay the same
  code VARCHAR NOT NULL, area VARCHAR NOT NULL,
  inputs_hash VARCHAR NOT NULL,              -- over the series, the method's code and the library's version
  fitted_json VARCHAR NOT NULL
);

-- Explanations as published last; kept while everything they are a function of stays the same (publish/explain_kept.py).
CREATE TABLE IF NOT EXISTS explained (code VARCHAR NOT NULL, inputs_hash VARCHAR NOT NULL);

CREATE TABLE IF NOT EXISTS explained_contributions ( -- rows of the release's contributions, in their order
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL,
  against VARCHAR NOT NULL,
  against_period VARCHAR,
  dimension VARCHAR NOT NULL,
  dimension_name_vi VARCHAR NOT NULL, dimension_name_en VARCHAR NOT NULL,
  part VARCHAR NOT NULL,
  part_name_vi VARCHAR NOT NULL, part_name_en VARCHAR NOT NULL,
  amount DECIMAL(38, 12) NOT NULL,
  n0 DOUBLE, d0 DOUBLE, n1 DOUBLE, d1 DOUBLE,
  sort INTEGER NOT NULL,
  place BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS explained_contribution_totals ( -- rows of the release's contribution_totals, in their order
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL, against VARCHAR NOT NULL, against_period VARCHAR,
  total DECIMAL(38, 12),
  start DOUBLE, end_value DOUBLE,
  decomposable BOOLEAN NOT NULL,
  why_not_vi VARCHAR, why_not_en VARCHAR,
  why_vi VARCHAR NOT NULL, why_en VARCHAR NOT NULL,
  related_json VARCHAR,
  place BIGINT NOT NULL
);

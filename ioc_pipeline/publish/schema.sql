-- Tables of a release: a small DuckDB file, immutable once published, the only thing the dashboard reads.
-- Times are UTC (TIMESTAMPTZ); dates are dates of the data. Ages are computed when shown, never stored.

CREATE TABLE release_info (            -- one row
  release_id        VARCHAR NOT NULL,
  created_at        TIMESTAMPTZ NOT NULL,
  province_code     VARCHAR NOT NULL,
  province_name_vi  VARCHAR NOT NULL,  -- with its type: 'Tỉnh Khánh Hòa'
  province_name_en  VARCHAR NOT NULL,
  timezone          VARCHAR NOT NULL,  -- of all times shown
  standard_version  VARCHAR NOT NULL,
  contracts_hash    VARCHAR NOT NULL,
  code_version      VARCHAR NOT NULL,
  run_id            VARCHAR NOT NULL
);

CREATE TABLE indicators (              -- one row per card under data_contracts/indicators
  code VARCHAR NOT NULL, name_vi VARCHAR, name_en VARCHAR,
  short_vi VARCHAR, short_en VARCHAR,  -- for tiles and phones
  unit_vi VARCHAR, unit_en VARCHAR, decimals INTEGER,
  field_vi VARCHAR, field_en VARCHAR,  -- field of management: groups the tiles
  direction VARCHAR,                   -- up | down | neutral
  owner_vi VARCHAR, owner_en VARCHAR,
  feed_id VARCHAR,                     -- exactly one source
  definition_vi VARCHAR, definition_en VARCHAR,
  formula VARCHAR,                     -- the SQL or selection that computes it
  target_basis_vi VARCHAR, target_basis_en VARCHAR, target_mark VARCHAR,  -- honesty mark A, S, P or U
  headline BOOLEAN, sort INTEGER
);

CREATE TABLE indicator_values (        -- one row per indicator × area × period; the newest known vintage
  code VARCHAR NOT NULL,
  area VARCHAR NOT NULL,               -- 'VN', province code or commune code
  area_name_vi VARCHAR, area_name_en VARCHAR,
  period VARCHAR NOT NULL,             -- 2026, 2026-Q3, 2026-09, 2026-09-30
  period_kind VARCHAR NOT NULL,        -- year | half | quarter | month | day
  period_end DATE NOT NULL,            -- the data date
  measure VARCHAR,                     -- month | ytd | yoy | ytd_yoy | mom | level | rate ...
  data_type VARCHAR,                   -- plan | estimate | preliminary | actual | official
  value DOUBLE,                        -- null = not enough data (never zero)
  value_status VARCHAR,                -- present | nil | missing | confidential
  numerator DOUBLE, denominator DOUBLE,
  target DOUBLE,                       -- null = no target for this period
  status VARCHAR NOT NULL,             -- green | amber | red | grey
  grey_cause VARCHAR,                  -- why grey: no_data | too_old | no_target; null otherwise
  status_reason_vi VARCHAR, status_reason_en VARCHAR,
  known_at TIMESTAMPTZ,                -- when we received it
  published_at DATE,                   -- when the producer published it, if it says so
  held BOOLEAN NOT NULL,               -- a newer delivery was blocked or is overdue: this is the last good value
  simulated BOOLEAN NOT NULL,
  trust VARCHAR NOT NULL,              -- verified | warning | held | unverified
  rules_passed INTEGER, rules_failed INTEGER, rules_unknown INTEGER,
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR, file_name VARCHAR, location VARCHAR,
  is_latest BOOLEAN NOT NULL,          -- newest period of this indicator × area that has a statement
  correction_vi VARCHAR, correction_en VARCHAR,  -- corrections applied to this value; null = none
  raw_value DOUBLE                     -- what the source said, when a correction is applied
);

CREATE TABLE feeds (                   -- one row per contract, delivered or not
  feed_id VARCHAR NOT NULL, title_vi VARCHAR, title_en VARCHAR,
  owner_vi VARCHAR, owner_en VARCHAR, source_vi VARCHAR, source_en VARCHAR,
  feed_group VARCHAR, shape VARCHAR,
  schedule_period VARCHAR, lag_days INTEGER,
  health VARCHAR NOT NULL,             -- ok | late | held | blocked | never
  health_reason_vi VARCHAR, health_reason_en VARCHAR,
  last_received_at TIMESTAMPTZ, last_good_at TIMESTAMPTZ,
  newest_period VARCHAR, newest_period_end DATE, due_period_end DATE, due_at TIMESTAMPTZ,
  deliveries INTEGER, received BIGINT, accepted BIGINT, quarantined BIGINT,
  rules_passed INTEGER, rules_failed INTEGER, rules_unknown INTEGER,  -- of the newest stored delivery
  simulated BOOLEAN,
  doubted BIGINT                       -- rows with a value taken under a doubt
);

CREATE TABLE deliveries (              -- one row per delivered content
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL,
  file_name VARCHAR, sha256 VARCHAR, size_bytes BIGINT, producer VARCHAR,
  received_at TIMESTAMPTZ, published_at DATE,
  outcome VARCHAR,                     -- stored | blocked | refused
  received BIGINT, accepted BIGINT, quarantined BIGINT,
  added BIGINT, revised BIGINT, unchanged BIGINT,   -- accepted = added + revised + unchanged
  message_vi VARCHAR, message_en VARCHAR,
  notices_json VARCHAR,                -- what was there but not understood: JSON list of {vi, en}
  simulated BOOLEAN, run_id VARCHAR,
  doubted BIGINT                       -- rows with a value taken under a doubt
);

CREATE TABLE doubts (                  -- values that were taken although their sender may have meant another
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, clause VARCHAR NOT NULL,
  column_name VARCHAR NOT NULL, code VARCHAR NOT NULL, doubted BIGINT NOT NULL,
  reason_vi VARCHAR, reason_en VARCHAR, examples_json VARCHAR
);

CREATE TABLE validation_results (      -- newest deliveries of each feed and outcome, and inputs of shown values; all are in the warehouse
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, run_id VARCHAR,
  clause VARCHAR, expectation_id VARCHAR, expectation_type VARCHAR, column_name VARCHAR,
  level VARCHAR, severity VARCHAR,
  success BOOLEAN,                     -- null = could not be decided
  evaluated BIGINT, unexpected BIGINT, missing BIGINT, observed VARCHAR,
  message_vi VARCHAR, message_en VARCHAR, why_vi VARCHAR, why_en VARCHAR, fix_vi VARCHAR, fix_en VARCHAR
);

CREATE TABLE quarantine (              -- at most quarantine_limit rows per delivery; full list in the warehouse
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, file_name VARCHAR,
  row_no BIGINT, location VARCHAR, clause VARCHAR, expectation_id VARCHAR, column_name VARCHAR, raw VARCHAR,
  reason_vi VARCHAR, reason_en VARCHAR
);

CREATE TABLE clauses (
  id VARCHAR NOT NULL, principle VARCHAR, title_vi VARCHAR, title_en VARCHAR,
  explain_vi VARCHAR, explain_en VARCHAR, severity VARCHAR, level VARCHAR, evidence VARCHAR,
  basis_vi VARCHAR, mark VARCHAR, fix_vi VARCHAR, fix_en VARCHAR
);

CREATE TABLE observations (            -- newest vintage of every stored statement, with where it stands in the file
  feed_id VARCHAR, indicator VARCHAR, indicator_name_vi VARCHAR, item VARCHAR, item_name VARCHAR,
  area VARCHAR, area_name VARCHAR,
  period VARCHAR, period_kind VARCHAR, period_end DATE, measure VARCHAR, data_type VARCHAR,
  value DOUBLE, value_text VARCHAR, value_status VARCHAR, unit VARCHAR,
  agency VARCHAR, numerator DOUBLE, denominator DOUBLE, simulated BOOLEAN,
  known_at TIMESTAMPTZ, published_at DATE, vintage INTEGER,
  delivery_id VARCHAR, file_name VARCHAR, source_table VARCHAR, sheet VARCHAR, cell VARCHAR
);

CREATE TABLE areas (code VARCHAR NOT NULL, name_vi VARCHAR, name_en VARCHAR, level VARCHAR, parent VARCHAR);

-- The standard. A release made before these tables existed lacks them: readers must ask first.

CREATE TABLE clause_verdicts (         -- one row per clause in force (scope centre), and per feed with rules (scope feed)
  scope VARCHAR NOT NULL, feed_id VARCHAR, clause VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL,            -- pass | fail | undetermined | not_tested
  verdict_vi VARCHAR NOT NULL, verdict_en VARCHAR NOT NULL,
  severity VARCHAR NOT NULL,           -- of the clause as the layers leave it
  numerator BIGINT NOT NULL, denominator BIGINT NOT NULL, counted_vi VARCHAR, counted_en VARCHAR,
  reason_vi VARCHAR, reason_en VARCHAR,
  layer VARCHAR NOT NULL, layer_version VARCHAR NOT NULL,   -- the layer that judges
  layer_name_vi VARCHAR, layer_name_en VARCHAR,
  evidence_json VARCHAR NOT NULL       -- list of rules (feed, delivery, counts), computations, documents
);

CREATE TABLE scores (                  -- the tree rule → criterion → field → dataset → owner → centre
  level VARCHAR NOT NULL, id VARCHAR NOT NULL, parent VARCHAR, name_vi VARCHAR, name_en VARCHAR,
  score DOUBLE,                        -- 0–100, exact; null = undetermined
  band VARCHAR NOT NULL,               -- green | yellow | red | undetermined
  severe BOOLEAN NOT NULL, severe_json VARCHAR,  -- an identifier field stands below 100
  weight DOUBLE,                       -- in its parent
  passing BIGINT, evaluated BIGINT,    -- of a rule
  formula VARCHAR NOT NULL, inputs_json VARCHAR, weights_json VARCHAR,
  label_vi VARCHAR NOT NULL, label_en VARCHAR NOT NULL   -- always: unconfirmed
);

CREATE TABLE incidents (               -- a critical clause broken by a feed, until a delivery satisfies it
  incident_id VARCHAR NOT NULL, feed_id VARCHAR NOT NULL, clause VARCHAR NOT NULL, state VARCHAR NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL, opened_delivery VARCHAR NOT NULL, opened_file VARCHAR,
  review_due_at TIMESTAMPTZ NOT NULL, repair_due_at TIMESTAMPTZ NOT NULL, complex_due_at TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,         -- the one of these that the incident's case sets
  case_no INTEGER NOT NULL,            -- 1 not classified | 2 source wrong | 3 complex contradiction
  case_who VARCHAR, case_why_vi VARCHAR, case_why_en VARCHAR, case_evidence VARCHAR, case_on DATE,
  opened_sha256 VARCHAR,
  closed_at TIMESTAMPTZ, closed_delivery VARCHAR, closed_file VARCHAR,
  closed_sha256 VARCHAR                -- with closed_delivery: the evidence of the repair
);

CREATE TABLE corrections (             -- the register, with what became of each record in this release
  id VARCHAR NOT NULL, code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL, measure VARCHAR,
  action VARCHAR NOT NULL,             -- drop | replace | scale | flag
  value DOUBLE, factor DOUBLE, expect DOUBLE, raw_value DOUBLE,
  state VARCHAR NOT NULL,              -- applied | stale | expired | no_value | not_yet
  failed BOOLEAN NOT NULL,             -- not applied although declared: somebody must act
  state_vi VARCHAR, state_en VARCHAR, reason_vi VARCHAR, reason_en VARCHAR,
  who VARCHAR NOT NULL, made_on DATE NOT NULL, expires DATE NOT NULL, evidence VARCHAR NOT NULL
);

CREATE TABLE engine_differences (      -- deliveries on which compiled SQL and stock Great Expectations disagree
  feed_id VARCHAR NOT NULL, delivery_id VARCHAR NOT NULL, file_name VARCHAR, clause VARCHAR NOT NULL,
  expectation_id VARCHAR NOT NULL, aspect VARCHAR NOT NULL, compiled VARCHAR, stock VARCHAR
);

-- Operations: what the registers of tasks say under the rules of data_contracts/operations/tasks.yaml. Alerts, decisions
-- and notes are not here: they live in the operations store, which people write.

CREATE TABLE task_followup (           -- one row per task of a register
  feed_id VARCHAR NOT NULL, task_id VARCHAR NOT NULL, title VARCHAR,
  group_id VARCHAR, group_vi VARCHAR, group_en VARCHAR,
  assigner_vi VARCHAR, assigner_en VARCHAR, document VARCHAR,
  unit VARCHAR, unit_vi VARCHAR, unit_en VARCHAR,   -- exactly one; null = nobody answers for it
  result_vi VARCHAR, result_en VARCHAR, assigned_on DATE, due_on DATE,
  state VARCHAR,                       -- open | done | stopped; null = a state nobody declared
  progress DOUBLE, done_on DATE, proof VARCHAR,
  valid BOOLEAN NOT NULL,              -- states time, responsibility and result
  missing VARCHAR, missing_vi VARCHAR, missing_en VARCHAR,
  followed VARCHAR NOT NULL,           -- in_time | late | unproven | overdue | not_due | stopped | undetermined
  followed_vi VARCHAR NOT NULL, followed_en VARCHAR NOT NULL,
  stuck_since DATE, goes_up_by DATE,   -- last day before it must go up
  escalated_on DATE, decided_on DATE, resolved_on DATE,
  escalation VARCHAR NOT NULL,         -- clear | stuck | must_escalate | awaiting_decision | decided
  escalation_vi VARCHAR NOT NULL, escalation_en VARCHAR NOT NULL,
  rule_vi VARCHAR NOT NULL, rule_en VARCHAR NOT NULL,  -- days and how they are counted
  as_of DATE NOT NULL, simulated BOOLEAN NOT NULL
);

CREATE TABLE unit_ranking (            -- one row per unit with tasks due or reminders in the year
  unit VARCHAR NOT NULL, unit_vi VARCHAR, unit_en VARCHAR, class VARCHAR, class_vi VARCHAR, class_en VARCHAR,
  year INTEGER NOT NULL,
  rank INTEGER, of_units INTEGER,      -- inside the class; null = undetermined, never last
  score DOUBLE, reason_vi VARCHAR, reason_en VARCHAR,
  due INTEGER, in_time INTEGER, late INTEGER, unproven INTEGER, overdue INTEGER, incomplete INTEGER,
  formula_vi VARCHAR NOT NULL, formula_en VARCHAR NOT NULL, inputs_json VARCHAR NOT NULL,
  reminders INTEGER NOT NULL,          -- from late tasks and late deliveries; those sent by hand are in the store
  reminders_json VARCHAR NOT NULL,     -- day and what each one names
  consequence VARCHAR NOT NULL,        -- none | review | discipline
  consequence_vi VARCHAR NOT NULL, consequence_en VARCHAR NOT NULL,
  publishable BOOLEAN NOT NULL,        -- has a rank and rests on no simulated row
  as_of DATE NOT NULL, simulated BOOLEAN NOT NULL
);

CREATE TABLE field_coverage (          -- one row per field of management, vacant or not
  field_id VARCHAR NOT NULL, field_vi VARCHAR NOT NULL, field_en VARCHAR NOT NULL,
  state VARCHAR NOT NULL,              -- covered | vacant | reminder | warning | limit
  state_vi VARCHAR NOT NULL, state_en VARCHAR NOT NULL,
  cards INTEGER NOT NULL, live INTEGER NOT NULL, tasks INTEGER NOT NULL,
  vacant_since DATE, vacant_years DOUBLE, as_of DATE NOT NULL
);

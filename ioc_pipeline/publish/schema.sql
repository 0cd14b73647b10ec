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
  headline BOOLEAN, sort INTEGER,
  group_id VARCHAR,                    -- dau_vao | qua_trinh | ket_qua | tac_dong | tong_hop
  kind VARCHAR, additivity VARCHAR,    -- additivity: S | R | W | X | L, how communes make the province
  period VARCHAR, lag_days INTEGER,
  plain_vi VARCHAR, plain_en VARCHAR, guidance_vi VARCHAR, guidance_en VARCHAR,
  confidentiality VARCHAR, band_low DOUBLE, band_high DOUBLE,
  no_source_vi VARCHAR, no_source_en VARCHAR,  -- why nobody sends it yet; null = somebody does
  references_json VARCHAR,             -- rows of national lists it answers
  sql_text VARCHAR,                    -- the one text that computes it; null = nobody sends it yet
  failed_vi VARCHAR, failed_en VARCHAR, -- why the text gives no values; null = it works
  price_basis VARCHAR                  -- current | constant_2010 | none: which prices an amount of money is in
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
  target_high DOUBLE,                  -- upper bound of a range target
  status VARCHAR NOT NULL,             -- green | amber | red | grey
  grey_cause VARCHAR,                  -- why grey: no_data | too_old | no_target; null otherwise
  status_reason_vi VARCHAR, status_reason_en VARCHAR,  -- of the newest value of each series
  known_at TIMESTAMPTZ,                -- when we received it
  published_at DATE,                   -- when the producer published it, if it says so
  held BOOLEAN NOT NULL,               -- a newer delivery was blocked or is overdue: this is the last good value
  simulated BOOLEAN NOT NULL,
  trust VARCHAR NOT NULL,              -- verified | warning | held | unverified
  rules_passed INTEGER, rules_failed INTEGER, rules_unknown INTEGER,
  confidence VARCHAR,                  -- cao | trung_binh | thap | khong_ro: kept apart from the status
  coverage DOUBLE,                     -- share of the communes promised that have reported; null = not promised
  confidence_vi VARCHAR, confidence_en VARCHAR,  -- what caps the confidence; of the newest value of each series
  feed_id VARCHAR,                     -- null or empty: computed from other indicators only
  delivery_id VARCHAR, file_name VARCHAR, location VARCHAR,
  is_latest BOOLEAN NOT NULL,          -- newest period of this indicator × area that has a statement
  correction_vi VARCHAR, correction_en VARCHAR,  -- corrections applied to this value; null = none
  raw_value DOUBLE,                    -- what the source said, when a correction is applied
  stated_at TIMESTAMPTZ,               -- when it was said: by its publication date if known, else when received
  vintage INTEGER                      -- 1: never revised; n: the nth thing said of this cell
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

-- Indicators: what was said when.

CREATE TABLE indicator_vintages (      -- one row per change of a cell; own province and country only, all are in the warehouse
  code VARCHAR NOT NULL, area VARCHAR NOT NULL,
  period VARCHAR NOT NULL, period_kind VARCHAR NOT NULL, period_end DATE NOT NULL,
  measure VARCHAR, data_type VARCHAR NOT NULL,
  value DOUBLE, value_status VARCHAR NOT NULL, numerator DOUBLE, denominator DOUBLE,
  known_at TIMESTAMPTZ, published_at DATE,
  stated_at TIMESTAMPTZ,               -- when it was said; "said then at T" is the last row with stated_at <= T
  simulated BOOLEAN NOT NULL, feed_id VARCHAR, delivery_id VARCHAR, file_name VARCHAR, location VARCHAR,
  vintage INTEGER NOT NULL             -- 1, 2, 3 … of its cell: from 2 on a revision
);

-- Decisions: targets along their path, statuses of parents, where the year will end. Own province and country only.

CREATE TABLE target_path (             -- what every period of a year with a target is asked for
  code VARCHAR NOT NULL, area VARCHAR NOT NULL,
  period VARCHAR NOT NULL, period_end DATE NOT NULL,
  target DOUBLE NOT NULL, target_high DOUBLE,   -- target_high: upper bound of a range target
  path VARCHAR NOT NULL,               -- constant | even | straight | seasonal | given
  declared DOUBLE NOT NULL,            -- the year's target that the path leads to
  changed_from DOUBLE                  -- the threshold of this period before it was changed within the year
);

CREATE TABLE status_tree (             -- centre → field → heading → indicator; each node before its children
  node VARCHAR NOT NULL, parent VARCHAR, level INTEGER NOT NULL,
  name_vi VARCHAR NOT NULL, name_en VARCHAR NOT NULL,
  status VARCHAR NOT NULL,             -- green | amber | red | grey
  rule VARCHAR,                        -- as declared; null = an indicator
  green INTEGER, amber INTEGER, red INTEGER, grey INTEGER,  -- counted children by status
  reason_vi VARCHAR, reason_en VARCHAR
);

CREATE TABLE forecasts (               -- one row per series of months or quarters, with a forecast or why there is none
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, year INTEGER NOT NULL,
  form VARCHAR NOT NULL,               -- the year is the sum (flow), the last value (cumulative, state, average) or the mean of its periods
  newest_period VARCHAR NOT NULL,
  method_vi VARCHAR, method_en VARCHAR,
  landing DOUBLE, low DOUBLE, high DOUBLE,      -- null = no forecast
  uncapped DOUBLE,                     -- what the method said when the landing was cut at what there can be
  level DOUBLE NOT NULL,               -- share of cases that the interval shall hold
  target DOUBLE, target_high DOUBLE, landing_status VARCHAR NOT NULL,
  so_far DOUBLE NOT NULL,              -- the year's sum (flow, cumulative), the newest state, the mean of the year's periods
  remaining INTEGER NOT NULL, elapsed INTEGER NOT NULL,  -- periods of the year
  at_this_pace DOUBLE NOT NULL,        -- the year's end when its rest is like the year so far; no forecast
  run_rate_needed DOUBLE, run_rate_now DOUBLE,  -- per remaining and per past period of the year
  backtest_error DOUBLE, backtest_relative BOOLEAN,  -- mean absolute error: share of the landing, or in the card's unit
  backtest_n INTEGER,
  reason_vi VARCHAR, reason_en VARCHAR, must_be_true_vi VARCHAR, must_be_true_en VARCHAR,
  simulated BOOLEAN NOT NULL, made_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE forecast_path (           -- values of the running year so far, and what is forecast for the rest
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL, period_end DATE NOT NULL,
  kind VARCHAR NOT NULL,               -- actual | forecast
  value DOUBLE, low DOUBLE, high DOUBLE
);

-- Why is it red? The gap to the target and the changes of the own province's newest values, split into parts.

CREATE TABLE contributions (           -- Σ amount per (code, area, period, against, dimension) = total, exactly
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL,
  against VARCHAR NOT NULL,            -- target | previous | last_year
  against_period VARCHAR,              -- null against the target
  dimension VARCHAR NOT NULL,          -- area | a column of the feed | child | numerator_denominator | data
  dimension_name_vi VARCHAR NOT NULL, dimension_name_en VARCHAR NOT NULL,
  part VARCHAR NOT NULL,               -- key of the part; (others): all that are not listed
  part_name_vi VARCHAR NOT NULL, part_name_en VARCHAR NOT NULL,
  amount DECIMAL(38, 12) NOT NULL,     -- in the unit of the indicator; percentage points for a percentage
  n0 DOUBLE, d0 DOUBLE, n1 DOUBLE, d1 DOUBLE,  -- numerator (or value) and denominator then and now; null = none
  sort INTEGER NOT NULL                -- what weighs most in the direction of the total first
);

CREATE TABLE contribution_totals (     -- one row per own newest value and comparison
  code VARCHAR NOT NULL, area VARCHAR NOT NULL, period VARCHAR NOT NULL, against VARCHAR NOT NULL, against_period VARCHAR,
  total DECIMAL(38, 12),               -- end_value − start; null when either is not known
  start DOUBLE, end_value DOUBLE,      -- the target or earlier value, and the value
  decomposable BOOLEAN NOT NULL,       -- along something else than data reasons
  why_not_vi VARCHAR, why_not_en VARCHAR,  -- of the dimensions that cannot be split, or of all
  why_vi VARCHAR NOT NULL, why_en VARCHAR NOT NULL,  -- one sentence
  related_json VARCHAR                 -- list of drivers {code, name_vi, name_en, status, period, value, against_period, change}
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

-- What if: the declared scenarios, so that a release can be asked without the declarations it was made with.

CREATE TABLE scenario_assumptions (    -- one row per number somebody may change
  scenario VARCHAR NOT NULL, scenario_vi VARCHAR NOT NULL, scenario_en VARCHAR NOT NULL,
  name VARCHAR NOT NULL, title_vi VARCHAR NOT NULL, title_en VARCHAR NOT NULL,
  unit_vi VARCHAR NOT NULL, unit_en VARCHAR NOT NULL,
  default_expression VARCHAR NOT NULL, -- arithmetic over what `forecasts` says of cards
  low DOUBLE NOT NULL, high DOUBLE NOT NULL, mark VARCHAR NOT NULL, sort INTEGER NOT NULL
);

CREATE TABLE scenario_effects (        -- one row per card that a scenario moves, with how its landing is judged
  scenario VARCHAR NOT NULL, code VARCHAR NOT NULL,
  landing VARCHAR NOT NULL,            -- arithmetic over assumptions and cards
  why_vi VARCHAR NOT NULL, why_en VARCHAR NOT NULL, mark VARCHAR NOT NULL,
  direction VARCHAR NOT NULL, band_low DOUBLE, band_high DOUBLE, amber_margin DOUBLE NOT NULL,
  sort INTEGER NOT NULL
);

-- Public services: the cards that data_contracts/services names, and their newest own value by unit, field and service.

CREATE TABLE service_cards (           -- which card stands where on the page
  part VARCHAR NOT NULL,               -- summary | trend | overdue | score | score_group | rank | units | fields | top
  code VARCHAR NOT NULL,
  maximum DOUBLE,                      -- of a score
  ranked INTEGER,                      -- of a rank: among how many, in the period of its newest value
  sort INTEGER NOT NULL
);

CREATE TABLE service_units (           -- one row per card and unit; Σ numerators (or values) = the published ones
  code VARCHAR NOT NULL, unit VARCHAR NOT NULL, unit_vi VARCHAR NOT NULL, unit_en VARCHAR NOT NULL,
  period VARCHAR NOT NULL,
  value DOUBLE,                        -- of a ratio 100 · numerator / denominator; null = nothing to divide by
  numerator DOUBLE, denominator DOUBLE
);

CREATE TABLE service_fields (          -- the same by field of procedures
  code VARCHAR NOT NULL, field VARCHAR NOT NULL, field_vi VARCHAR NOT NULL, field_en VARCHAR NOT NULL,
  example VARCHAR,                     -- the procedure filed most often in this field: nobody sends us names of fields
  period VARCHAR NOT NULL, value DOUBLE, numerator DOUBLE, denominator DOUBLE
);

CREATE TABLE top_services (            -- the most used services, in the period of the newest value of their card
  code VARCHAR NOT NULL, procedure VARCHAR NOT NULL, name VARCHAR, field VARCHAR,
  agency VARCHAR, agency_vi VARCHAR, agency_en VARCHAR, period VARCHAR NOT NULL,
  place INTEGER NOT NULL,              -- by dossiers received
  received BIGINT, online BIGINT,
  online_share DOUBLE,                 -- per cent; null = no dossier
  share_target DOUBLE NOT NULL,
  level VARCHAR, level_vi VARCHAR, level_en VARCHAR, on_portal BOOLEAN,
  offer_met BOOLEAN,                   -- offered online and on the national portal
  use_met BOOLEAN,                     -- the share filed online reaches the target
  simulated BOOLEAN NOT NULL
);

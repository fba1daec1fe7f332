-- A complaint as it came in. Instants are microseconds UTC, days are counted from 1970-01-01 in the
-- organisation's time zone.
CREATE TABLE complaint (
  id BYTEA NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT,
  received_at_us BIGINT NOT NULL,
  received_day BIGINT NOT NULL,
  stored_at_us BIGINT NOT NULL,
  declared_language TEXT,
  product TEXT,
  sub_product TEXT,
  issue TEXT,
  sub_issue TEXT,
  company TEXT,
  region TEXT,
  channel TEXT,
  customer TEXT,
  extra TEXT
);
CREATE UNIQUE INDEX complaint_external ON complaint (source, external_id) WHERE external_id IS NOT NULL;

-- The customer's own words, read by nobody but the redaction.
CREATE TABLE complaint_original (
  complaint_id BYTEA NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  body TEXT NOT NULL
);

-- What everybody else reads: the words without personal data.
CREATE TABLE complaint_text (
  complaint_id BYTEA NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  body TEXT,
  language TEXT NOT NULL,
  redactions BIGINT NOT NULL,
  prepared_at_us BIGINT NOT NULL
);

-- Complaints waiting for the pipeline; a worker that takes some holds them until the lease ends.
CREATE TABLE pending_analysis (
  complaint_id BYTEA NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  lease_until_us BIGINT NOT NULL
);

CREATE TABLE label (
  complaint_id BYTEA NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  axis TEXT NOT NULL,
  value TEXT NOT NULL,
  probability DOUBLE PRECISION NOT NULL,
  unsure BIGINT NOT NULL,
  origin TEXT NOT NULL,
  model TEXT NOT NULL,
  taxonomy TEXT NOT NULL,
  decided_at_us BIGINT NOT NULL,
  PRIMARY KEY (complaint_id, axis)
);

-- What the review offers next: the model's doubts.
CREATE INDEX label_in_doubt ON label (axis, complaint_id) WHERE unsure = 1;

-- What people said about labels; every word is kept, the label holds what stands.
CREATE TABLE judgement (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  complaint_id BYTEA NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  axis TEXT NOT NULL,
  value TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  reason TEXT,
  adjudicates BIGINT NOT NULL,
  decided_at_us BIGINT NOT NULL
);
CREATE INDEX judgement_of ON judgement (axis, complaint_id, seq);

CREATE TABLE cluster (
  id BYTEA NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  title_by_person BIGINT NOT NULL,
  state TEXT NOT NULL,
  terms TEXT NOT NULL,
  product_area TEXT,
  failure_type TEXT,
  owner TEXT,
  created_at_us BIGINT NOT NULL,
  updated_at_us BIGINT NOT NULL
);

CREATE TABLE membership (
  complaint_id BYTEA NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  cluster_id BYTEA NOT NULL REFERENCES cluster (id),
  similarity DOUBLE PRECISION NOT NULL,
  origin TEXT NOT NULL,
  assigned_at_us BIGINT NOT NULL
);
CREATE INDEX membership_of_cluster ON membership (cluster_id, similarity);

-- Complaints per node and day, kept by the transactions that assign.
CREATE TABLE daily_count (
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  day BIGINT NOT NULL,
  complaints BIGINT NOT NULL,
  PRIMARY KEY (dimension, node, day)
);

CREATE TABLE signal (
  id BYTEA NOT NULL PRIMARY KEY,
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  period_start BIGINT NOT NULL,
  period_end BIGINT NOT NULL,
  evidence TEXT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  state TEXT NOT NULL,
  note TEXT,
  raised_at_us BIGINT NOT NULL,
  updated_at_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX signal_episode ON signal (dimension, node, period_start);

CREATE TABLE action (
  id BYTEA NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  owner TEXT,
  due_day BIGINT,
  state TEXT NOT NULL,
  created_at_us BIGINT NOT NULL,
  updated_at_us BIGINT NOT NULL,
  implemented_at_us BIGINT
);

CREATE TABLE action_cluster (
  action_id BYTEA NOT NULL REFERENCES action (id) ON DELETE CASCADE,
  cluster_id BYTEA NOT NULL REFERENCES cluster (id),
  PRIMARY KEY (action_id, cluster_id)
);
CREATE INDEX action_of_cluster ON action_cluster (cluster_id);

-- What happened to an action: created, edited, moved, linked, unlinked.
CREATE TABLE action_event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  action_id BYTEA NOT NULL REFERENCES action (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX action_event_of ON action_event (action_id, seq);

-- Every write, in the order of commit. Whatever is derived follows it.
CREATE TABLE change_log (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity TEXT NOT NULL,
  entity_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

-- How far a follower has come, where its own files cannot say.
CREATE TABLE checkpoint (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

-- First answers by idempotency key.
CREATE TABLE idempotency (
  key TEXT NOT NULL PRIMARY KEY,
  request_hash BYTEA NOT NULL,
  answer TEXT NOT NULL,
  stored_at_us BIGINT NOT NULL
);

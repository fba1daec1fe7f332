-- A complaint as it came in. Instants are microseconds UTC, days are counted from 1970-01-01 in the
-- organisation's time zone.
CREATE TABLE complaint (
  id BLOB NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  external_id TEXT,
  received_at_us INTEGER NOT NULL,
  received_day INTEGER NOT NULL,
  stored_at_us INTEGER NOT NULL,
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
) STRICT;
CREATE UNIQUE INDEX complaint_external ON complaint (source, external_id) WHERE external_id IS NOT NULL;

-- The customer's own words, read by nobody but the redaction.
CREATE TABLE complaint_original (
  complaint_id BLOB NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  body TEXT NOT NULL
) STRICT;

-- What everybody else reads: the words without personal data.
CREATE TABLE complaint_text (
  complaint_id BLOB NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  body TEXT,
  language TEXT NOT NULL,
  redactions INTEGER NOT NULL,
  prepared_at_us INTEGER NOT NULL
) STRICT;

-- Complaints waiting for the pipeline; a worker that takes some holds them until the lease ends.
CREATE TABLE pending_analysis (
  complaint_id BLOB NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  lease_until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
  complaint_id BLOB NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  axis TEXT NOT NULL,
  value TEXT NOT NULL,
  probability REAL NOT NULL,
  unsure INTEGER NOT NULL,
  origin TEXT NOT NULL,
  model TEXT NOT NULL,
  taxonomy TEXT NOT NULL,
  decided_at_us INTEGER NOT NULL,
  PRIMARY KEY (complaint_id, axis)
) STRICT, WITHOUT ROWID;

-- What the review offers next: the model's doubts.
CREATE INDEX label_in_doubt ON label (axis, complaint_id) WHERE unsure = 1;

-- What people said about labels; every word is kept, the label holds what stands.
CREATE TABLE judgement (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  complaint_id BLOB NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  axis TEXT NOT NULL,
  value TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  reason TEXT,
  adjudicates INTEGER NOT NULL,
  decided_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX judgement_of ON judgement (axis, complaint_id, seq);

CREATE TABLE cluster (
  id BLOB NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  title_by_person INTEGER NOT NULL,
  state TEXT NOT NULL,
  terms TEXT NOT NULL,
  product_area TEXT,
  failure_type TEXT,
  owner TEXT,
  created_at_us INTEGER NOT NULL,
  updated_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE membership (
  complaint_id BLOB NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  cluster_id BLOB NOT NULL REFERENCES cluster (id),
  similarity REAL NOT NULL,
  origin TEXT NOT NULL,
  assigned_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_of_cluster ON membership (cluster_id, similarity);

-- Complaints per node and day, kept by the transactions that assign.
CREATE TABLE daily_count (
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  day INTEGER NOT NULL,
  complaints INTEGER NOT NULL,
  PRIMARY KEY (dimension, node, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal (
  id BLOB NOT NULL PRIMARY KEY,
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  period_start INTEGER NOT NULL,
  period_end INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  score REAL NOT NULL,
  state TEXT NOT NULL,
  note TEXT,
  raised_at_us INTEGER NOT NULL,
  updated_at_us INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signal_episode ON signal (dimension, node, period_start);

CREATE TABLE action (
  id BLOB NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  owner TEXT,
  due_day INTEGER,
  state TEXT NOT NULL,
  created_at_us INTEGER NOT NULL,
  updated_at_us INTEGER NOT NULL,
  implemented_at_us INTEGER
) STRICT;

CREATE TABLE action_cluster (
  action_id BLOB NOT NULL REFERENCES action (id) ON DELETE CASCADE,
  cluster_id BLOB NOT NULL REFERENCES cluster (id),
  PRIMARY KEY (action_id, cluster_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_of_cluster ON action_cluster (cluster_id);

-- What happened to an action: created, edited, moved, linked, unlinked.
CREATE TABLE action_event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  action_id BLOB NOT NULL REFERENCES action (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX action_event_of ON action_event (action_id, seq);

-- Every write, in the order of commit. Whatever is derived follows it.
CREATE TABLE change_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entity TEXT NOT NULL,
  entity_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;

-- How far a follower has come, where its own files cannot say.
CREATE TABLE checkpoint (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- First answers by idempotency key.
CREATE TABLE idempotency (
  key TEXT NOT NULL PRIMARY KEY,
  request_hash BLOB NOT NULL,
  answer TEXT NOT NULL,
  stored_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A cluster that was merged or retired keeps its row and its id for ever.
ALTER TABLE cluster ADD COLUMN retired_at_us BIGINT;
ALTER TABLE cluster ADD COLUMN merged_into BYTEA REFERENCES cluster (id);

-- Every change of who belongs to what. The last row of a complaint up to an instant says where it was then.
CREATE TABLE membership_event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  complaint_id BYTEA NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  from_cluster BYTEA,
  to_cluster BYTEA,
  similarity DOUBLE PRECISION,
  origin TEXT NOT NULL,
  reason TEXT NOT NULL,
  decision_id BYTEA,
  at_us BIGINT NOT NULL
);
CREATE INDEX membership_event_of ON membership_event (complaint_id, seq);
CREATE INDEX membership_event_to ON membership_event (to_cluster);
CREATE INDEX membership_event_by ON membership_event (decision_id) WHERE decision_id IS NOT NULL;

-- Everything that happened to a cluster.
CREATE TABLE cluster_event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster_id BYTEA NOT NULL REFERENCES cluster (id),
  event TEXT NOT NULL,
  before TEXT,
  after TEXT,
  other_cluster BYTEA,
  complaints BIGINT,
  origin TEXT NOT NULL,
  person TEXT,
  reason TEXT,
  decision_id BYTEA,
  at_us BIGINT NOT NULL
);
CREATE INDEX cluster_event_of ON cluster_event (cluster_id, seq);

-- What people decided about who belongs together; undone decisions stay, marked.
CREATE TABLE cluster_decision (
  id BYTEA NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person TEXT,
  reason TEXT,
  at_us BIGINT NOT NULL,
  undone_at_us BIGINT,
  undone_by TEXT
);

-- What a decision teaches: two complaints or clusters that belong together, or never.
CREATE TABLE cluster_link (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  decision_id BYTEA NOT NULL REFERENCES cluster_decision (id),
  kind TEXT NOT NULL,
  a_kind TEXT NOT NULL,
  a_id BYTEA NOT NULL,
  b_kind TEXT NOT NULL,
  b_id BYTEA NOT NULL
);

-- What stood before there was a history.
INSERT INTO membership_event (complaint_id, from_cluster, to_cluster, similarity, origin, reason, decision_id, at_us)
SELECT complaint_id, NULL, cluster_id, similarity, origin, 'before_history', NULL, assigned_at_us
FROM membership ORDER BY complaint_id;
INSERT INTO cluster_event (cluster_id, event, after, origin, at_us)
SELECT id, 'founded', title, 'machine', created_at_us FROM cluster ORDER BY id;
INSERT INTO cluster_event (cluster_id, event, before, after, origin, at_us)
SELECT id, 'state', 'new', state, 'person', updated_at_us FROM cluster WHERE state <> 'new' ORDER BY id;
INSERT INTO cluster_event (cluster_id, event, after, origin, at_us)
SELECT id, 'owner', owner, 'person', updated_at_us FROM cluster WHERE owner IS NOT NULL ORDER BY id;
INSERT INTO cluster_event (cluster_id, event, after, origin, at_us)
SELECT id, 'product_area', product_area, 'machine', created_at_us FROM cluster WHERE product_area IS NOT NULL ORDER BY id;
INSERT INTO cluster_event (cluster_id, event, after, origin, at_us)
SELECT id, 'failure_type', failure_type, 'machine', created_at_us FROM cluster WHERE failure_type IS NOT NULL ORDER BY id;

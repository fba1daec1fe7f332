-- Failures nobody has named yet, found among the latest texts.
CREATE TABLE emerging_group (
  id BYTEA NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  evidence TEXT NOT NULL,
  state TEXT NOT NULL,
  cluster_id BYTEA REFERENCES cluster (id),
  decision_id BYTEA REFERENCES cluster_decision (id),
  noticed_at_us BIGINT NOT NULL,
  first_at_us BIGINT NOT NULL,
  last_at_us BIGINT NOT NULL
);

-- Their complaints, the densest place first; a complaint is in one of them at most.
CREATE TABLE emerging_member (
  complaint_id BYTEA NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  group_id BYTEA NOT NULL REFERENCES emerging_group (id) ON DELETE CASCADE,
  place BIGINT NOT NULL
);
CREATE INDEX emerging_member_of ON emerging_member (group_id, place);

-- How far the search has come: the texts up to which the past was learned, and those up to which it has
-- looked, each as instant and complaint.
CREATE TABLE emerging_scan (
  name TEXT NOT NULL PRIMARY KEY,
  past_us BIGINT NOT NULL,
  past_id BYTEA NOT NULL,
  recent BIGINT NOT NULL,
  learned_us BIGINT NOT NULL,
  since BIGINT NOT NULL,
  scanned_us BIGINT NOT NULL,
  scanned_id BYTEA NOT NULL
);

CREATE INDEX complaint_arrival ON complaint (received_at_us, id);

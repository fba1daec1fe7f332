-- What rediscoveries propose. A proposal is never deleted: what was rejected is not proposed again.
CREATE TABLE cluster_proposal (
  id BYTEA NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  cluster_id BYTEA REFERENCES cluster (id),
  other_id BYTEA REFERENCES cluster (id),
  title TEXT NOT NULL,
  overlap TEXT NOT NULL,
  scope TEXT NOT NULL,
  state TEXT NOT NULL,
  decision_id BYTEA REFERENCES cluster_decision (id),
  made_at_us BIGINT NOT NULL
);

-- The complaints a proposal is about, the most central first.
CREATE TABLE cluster_proposal_member (
  proposal_id BYTEA NOT NULL REFERENCES cluster_proposal (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  complaint_id BYTEA NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  PRIMARY KEY (proposal_id, place)
);

-- What rediscoveries propose. A proposal is never deleted: what was rejected is not proposed again.
CREATE TABLE cluster_proposal (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  cluster_id BLOB REFERENCES cluster (id),
  other_id BLOB REFERENCES cluster (id),
  title TEXT NOT NULL,
  overlap TEXT NOT NULL,
  scope TEXT NOT NULL,
  state TEXT NOT NULL,
  decision_id BLOB REFERENCES cluster_decision (id),
  made_at_us INTEGER NOT NULL
) STRICT;

-- The complaints a proposal is about, the most central first.
CREATE TABLE cluster_proposal_member (
  proposal_id BLOB NOT NULL REFERENCES cluster_proposal (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  complaint_id BLOB NOT NULL REFERENCES complaint (id) ON DELETE CASCADE,
  PRIMARY KEY (proposal_id, place)
) STRICT, WITHOUT ROWID;

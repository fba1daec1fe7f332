-- Who wants to hear of which signals. The secret signs webhooks and is in no answer of the service.
CREATE TABLE subscription (
  id BLOB NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL,
  dimension TEXT,
  node TEXT,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  secret TEXT,
  rhythm TEXT NOT NULL,
  language TEXT NOT NULL,
  quiet_from INTEGER,
  quiet_until INTEGER,
  per_hour INTEGER NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT;

-- What goes to one subscriber in one piece; the same signals at every attempt.
CREATE TABLE message (
  id BLOB NOT NULL PRIMARY KEY,
  subscription_id BLOB NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  test INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_us INTEGER NOT NULL,
  reason TEXT,
  created_at_us INTEGER NOT NULL,
  sent_at_us INTEGER
) STRICT;
CREATE INDEX message_due ON message (due_us) WHERE state = 'waiting';
CREATE INDEX message_of ON message (subscription_id, created_at_us);

-- One signal for one subscriber, told once.
CREATE TABLE notice (
  subscription_id BLOB NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
  signal_id BLOB NOT NULL REFERENCES signal (id) ON DELETE CASCADE,
  message_id BLOB REFERENCES message (id) ON DELETE CASCADE,
  created_at_us INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, signal_id)
) STRICT;
CREATE INDEX notice_of_message ON notice (message_id);

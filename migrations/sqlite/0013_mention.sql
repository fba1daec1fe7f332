-- One comment for one subscriber it speaks to, told once.
CREATE TABLE mention (
  subscription_id BLOB NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
  comment_seq INTEGER NOT NULL REFERENCES cluster_comment (seq) ON DELETE CASCADE,
  message_id BLOB REFERENCES message (id) ON DELETE CASCADE,
  created_at_us INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, comment_seq)
) STRICT;
CREATE INDEX mention_of_message ON mention (message_id);

-- One comment for one subscriber it speaks to, told once.
CREATE TABLE mention (
  subscription_id BYTEA NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
  comment_seq BIGINT NOT NULL REFERENCES cluster_comment (seq) ON DELETE CASCADE,
  message_id BYTEA REFERENCES message (id) ON DELETE CASCADE,
  created_at_us BIGINT NOT NULL,
  PRIMARY KEY (subscription_id, comment_seq)
);
CREATE INDEX mention_of_message ON mention (message_id);

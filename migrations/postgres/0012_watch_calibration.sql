-- What the watcher learnt about its own false alarms from the history up to a week.
CREATE TABLE watch_calibration (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  week BIGINT NOT NULL,
  series BIGINT NOT NULL,
  tail TEXT NOT NULL,
  made_at_us BIGINT NOT NULL
);

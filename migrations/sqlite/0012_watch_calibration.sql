-- What the watcher learnt about its own false alarms from the history up to a week.
CREATE TABLE watch_calibration (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  week INTEGER NOT NULL,
  series INTEGER NOT NULL,
  tail TEXT NOT NULL,
  made_at_us INTEGER NOT NULL
) STRICT;

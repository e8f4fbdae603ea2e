"""SQLite: one file, one writer at a time, every commit on the disk before anybody hears of it."""

"""What the end-to-end suites share: a real server process, and people who use it."""

"""Where events go: into the log, or into memory."""

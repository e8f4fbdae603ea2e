"""Every line: a process that dies at any line of the service leaves nothing lost and nothing doubled."""

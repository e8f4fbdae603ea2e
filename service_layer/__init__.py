"""What the business does, in units of work: handlers, flows and the ports they need."""

"""HTTP: requests translated into commands and queries, receipts and refusals into answers."""

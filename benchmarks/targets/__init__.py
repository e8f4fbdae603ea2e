"""What can be measured: our service, its peers, and the databases without any service."""

"""What an adapter must pass: subclass a contract, and its tests are yours."""

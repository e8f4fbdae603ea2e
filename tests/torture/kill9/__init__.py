"""Kill -9: workers die at any moment, clients try again, and afterwards every account is in order."""

"""The ports, implemented: databases, cookies, gateways and whatever else there is outside."""

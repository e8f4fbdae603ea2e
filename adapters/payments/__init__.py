"""The sandbox gateway, durable and in memory: card money that is none."""

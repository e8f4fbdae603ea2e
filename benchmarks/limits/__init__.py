"""What the databases themselves allow: the same statements, without any service in front."""

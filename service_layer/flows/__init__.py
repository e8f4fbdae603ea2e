"""What takes more than one unit: the way round the gateway, and the workers that finish what was left."""

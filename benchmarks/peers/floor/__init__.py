"""What the framework alone costs: our request and response bodies, and nothing between."""

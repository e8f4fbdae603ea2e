"""What the naive service and Flask write alike: ORM classes, and an order placed with them."""

"""Flask with Flask-SQLAlchemy, and Flask-Session keeping its sessions in the same database."""

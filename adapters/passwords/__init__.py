"""Passwords: how they are hashed, and which of them everybody tries first."""

"""Requests made from our own OpenAPI document."""

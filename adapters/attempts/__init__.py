"""Guessing, limited."""

"""Servers that are told to stop while everybody is buying."""

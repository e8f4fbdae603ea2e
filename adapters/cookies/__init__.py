"""What stands in a cookie, and who could have written it."""

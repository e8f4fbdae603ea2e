"""What every request passes on its way in, in plain ASGI."""

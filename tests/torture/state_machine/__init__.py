"""Every command, in any order, over a simple model, while any call to a port may fail."""

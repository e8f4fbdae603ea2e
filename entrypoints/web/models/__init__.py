"""Bodies as they go over the wire: what comes in is checked, what goes out is translated."""

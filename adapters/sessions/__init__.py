"""Where sessions live: beside the orders, in the cookie, or in this process."""

"""Where the service meets the world: settings, container, web, command line."""

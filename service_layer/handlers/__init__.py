"""One function per command or query; its body is one `with uow:` block."""

"""One file per resource: translate, call, translate."""

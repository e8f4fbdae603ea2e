"""The long proofs: what must hold whenever, wherever and however often something goes wrong."""

"""What the service needs of the outside, as promises that adapters keep."""

"""What people write: every write, in bulk, as files, and what waits for a decision."""

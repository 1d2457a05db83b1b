"""What several pages show, as plain values."""

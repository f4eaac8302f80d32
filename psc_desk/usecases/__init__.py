"""What the desk does: one function per verb, never committing."""

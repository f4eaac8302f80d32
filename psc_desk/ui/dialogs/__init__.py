"""Questions asked in a box of their own."""

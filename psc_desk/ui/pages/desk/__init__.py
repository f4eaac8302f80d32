"""The Desk page and its panels."""

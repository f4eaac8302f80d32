"""Bytes to frozen data and back."""

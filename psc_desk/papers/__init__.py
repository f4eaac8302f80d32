"""Frozen data in, bytes out: receipts and PDFs."""

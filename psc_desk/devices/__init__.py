"""Printers, drawers and scanners, real and virtual."""

"""The demo and training clinic: everybody in it is invented, and every record says so."""

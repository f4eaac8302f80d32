"""Money: its page and its sections, a module each."""

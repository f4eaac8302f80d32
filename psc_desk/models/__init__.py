"""Tables and the rules that belong to them."""

"""What the desk reads: SELECT only, frozen rows out."""

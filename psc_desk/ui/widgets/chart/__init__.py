"""The patient chart: what stands in it, and the fields of a patient."""

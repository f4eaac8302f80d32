"""PSC Desk: the front desk of an outpatient clinic in one offline program."""

__version__ = "0.1.0"

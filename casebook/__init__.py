"""Casebook: engagements as parameters, cases and learning as pages."""

__version__ = "0.1.0"

"""Measurements, each beside a floor that was taken in turns with it."""

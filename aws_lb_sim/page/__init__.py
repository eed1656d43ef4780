"""The documentation page, statement by statement, each run on the model."""

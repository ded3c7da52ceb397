"""Postgres: the only zone that speaks SQL. Outside it, people see ``ports`` and never a driver's types."""

"""The plans of all halls, read once for all tests of a process: nothing changes them."""

from halles_client import config

PLANS = config.plans()

"""What holds for all tests."""

from hypothesis import settings

# How long one example takes says something of the machine, not of the code: speed is measured in ``bench``.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

"""``docs/performance.md``, made from ``docs/performance.json``: no figure and no judgement stands in these modules."""

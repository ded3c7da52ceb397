"""Scripts that make what ``assets/`` ships: fonts, materials, baked halls. Nothing here runs for a visitor."""

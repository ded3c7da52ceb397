"""The heads-up display: our own cards, text and one-line fields."""

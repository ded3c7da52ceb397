"""One module for each card: a pure function from what is shown to a drawing."""

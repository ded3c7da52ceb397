"""Messages between nodes: today within one process; they say "look again" and grant nothing."""

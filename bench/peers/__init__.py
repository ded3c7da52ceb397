"""Other servers under the same load: what the kernel alone costs, and what another way of sharing a room costs."""

"""Pages: they choose what is shown and in which order; components draw it."""

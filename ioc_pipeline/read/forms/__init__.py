"""Forms that departments filled in: tables found on their sheets → typed rows."""

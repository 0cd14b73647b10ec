"""Everything known about one indicator, looked up in a release and the warehouse: what `ioc indicator` prints."""

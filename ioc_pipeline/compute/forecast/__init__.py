"""Where the year will end: method chosen by back-test, interval, and what is needed to reach the target."""

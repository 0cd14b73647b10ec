"""What one cell says, wherever it stands: a number, a unit, a code, a period; certain, doubtful or refused."""

"""Parts of pages: each turns plain data into HTML and nothing more."""

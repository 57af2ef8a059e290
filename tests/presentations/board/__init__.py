"""Taking seats, waiting for them, and the page that shows them."""

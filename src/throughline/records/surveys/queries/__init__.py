"""Reading waves and what came of them."""

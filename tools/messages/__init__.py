"""The words that people see, gathered for translators: `python -m tools.messages` writes catalogues, compiles and checks them."""

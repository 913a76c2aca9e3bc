"""Tables as strangers write them: CSV and spreadsheets, the mapping that explains them, the run that imports them."""

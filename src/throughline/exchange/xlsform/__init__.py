"""XLSForm in: a spreadsheet that asks -> a form that a browser shows -> the answers that it gives back."""

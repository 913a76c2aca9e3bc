"""Pictures, recordings and files that answer a form: told by their bytes, and rid of what they say beside what they show."""

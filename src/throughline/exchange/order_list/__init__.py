"""What a site has to order, as a file for whoever delivers it. It holds counts of things and nothing of people."""

"""What a program owes that sends a template: the contract, what breaks it, and the one judge of a request."""

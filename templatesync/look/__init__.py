"""What a customer sees, as values: texts with markup, what differs by word, messages, screens, pages."""

"""What a person chooses, which choices go together, and the space of all of them."""

"""The things that travel, and the boxes they travel through."""

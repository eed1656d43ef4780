"""Documents, connections, designs and requests at random, from a seed."""

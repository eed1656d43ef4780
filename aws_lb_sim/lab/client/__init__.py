"""The client of the lab: one connection, as a load balancer, node or browser would open it."""

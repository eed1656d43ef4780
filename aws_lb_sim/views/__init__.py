"""Ways to look at a flow: text, table, graph, figure and HTML."""

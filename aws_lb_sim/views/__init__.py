"""Ways to look at a flow: text, table, graph, figure, HTML and the explorer."""

"""The flow in a browser: one small model, one script that draws it, widget and page around it."""

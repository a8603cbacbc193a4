"""What a reader types, and the tree it becomes. Pure."""

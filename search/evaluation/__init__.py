"""From a query's tree to the documents it asks for, the best first. Pure."""

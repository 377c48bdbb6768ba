"""The catalogue's side of the page: its titles, where they lie, what a person decided, and what to ask next."""

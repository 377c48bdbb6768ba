"""What `genrelab catalog check` counts."""

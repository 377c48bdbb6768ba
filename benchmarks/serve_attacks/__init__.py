"""What `attack_serve` tries on the page's server."""

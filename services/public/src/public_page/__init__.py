"""The public page: what anybody may ask of the office without an account."""

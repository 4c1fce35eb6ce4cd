"""The pages themselves: HTML made here, no script, nothing from elsewhere."""

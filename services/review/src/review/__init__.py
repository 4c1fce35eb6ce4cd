"""Steps 4 and 5: check by the Kasi, verification by the Kabid."""

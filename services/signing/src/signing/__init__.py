"""Step 6: electronic signature by the Kepala Dinas."""

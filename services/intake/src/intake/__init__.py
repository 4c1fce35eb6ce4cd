"""Step 1: papers arrive by WhatsApp and are checked for completeness."""

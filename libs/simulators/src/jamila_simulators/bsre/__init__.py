"""The e-sign service of BSrE, "Esign Client Service", as an office meets it: v1 and v2."""

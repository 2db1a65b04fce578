"""How summaries of many inputs are made and merged."""

"""Statistics that add: one a module, each with `merge`, `to_json` and `from_json`, and a stated bound."""

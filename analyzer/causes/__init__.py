"""Root-cause hypotheses, one a module, each exporting `CAUSE`: Summary and findings -> Cause."""

"""Log dialects, one a module, each exporting `DIALECT`: a log event's text -> Record."""

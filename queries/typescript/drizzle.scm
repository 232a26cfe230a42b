; The calls that set how Drizzle names columns; tables are read from the constants at the top of the file.
((call_expression function: (identifier) @function) @call
  (#any-of? @function "defineConfig" "drizzle"))

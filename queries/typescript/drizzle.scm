; Calls: `defineConfig` and `drizzle` set how columns are named. Tables are read from the constants at the top of the file.
(call_expression) @call

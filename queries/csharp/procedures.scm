; The program itself, and every function; which of them set something up is told by their parameters.
(global_statement) @statement
(method_declaration) @function
(local_function_statement) @function
(constructor_declaration) @function

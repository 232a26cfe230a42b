; Methods, and the program itself: a schedule stands in one of them.
(method_declaration) @method
(local_function_statement) @method
(global_statement) @statement

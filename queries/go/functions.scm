; Declarations at the top of a file; what stands in them is read from their nodes.
(source_file (function_declaration) @function)
(source_file (method_declaration) @function)
(source_file (type_declaration) @type)
(source_file (var_declaration) @variables)
(source_file (const_declaration) @variables)

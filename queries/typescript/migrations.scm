; What may be a function of a migration that goes forward or back: methods, properties, exports; their names are read in the extractor.
(method_definition) @named
(pair) @named
(public_field_definition) @named
(function_declaration) @named
(variable_declarator) @named
(assignment_expression) @named

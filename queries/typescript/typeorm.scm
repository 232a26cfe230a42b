; Classes that may be entities, `new EntitySchema({ ... })`, and keys, of which only the options of a connection have some.
; Names and where they come from are checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
(new_expression) @new
(pair) @named

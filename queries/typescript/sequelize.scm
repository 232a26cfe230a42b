; Classes with `@Table`, the calls that define models and associate them, and the connection.
; Names and where they come from are checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
(call_expression) @call
(new_expression) @new

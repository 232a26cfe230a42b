; Classes that take part in messaging, what they make, and the calls that may send it; names and bases are looked at in the reader,
; because nested patterns take long to compile.
(class_declaration) @class
(object_creation_expression) @created
(invocation_expression) @call
(attribute) @marked

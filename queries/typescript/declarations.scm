; Classes wherever they stand (also inside functions that give one back), interfaces, and what a file exports.
; Imports and constants are read from the statements at the top of the file.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
(interface_declaration) @class
(export_statement) @export

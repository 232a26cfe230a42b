; Types, wherever they stand.
(class_declaration) @type
(record_declaration) @type
(struct_declaration) @type
(interface_declaration) @type
(enum_declaration) @type

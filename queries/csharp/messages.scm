; Classes that take part in messaging, what they make, and the calls that may send it.
(class_declaration (base_list) @bases) @class
(object_creation_expression type: (identifier) @created)
(invocation_expression function: (member_access_expression name: (generic_name) @generic))
(invocation_expression function: (generic_name) @generic)
(invocation_expression function: (member_access_expression name: (identifier) @called)) @call
(attribute name: (identifier) @attribute) @marked

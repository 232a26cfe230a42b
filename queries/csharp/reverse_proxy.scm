; What is made with `new`: routes and clusters of a gateway are told by their types.
(object_creation_expression) @created

; Routes and clusters of a gateway that are made in code.
(object_creation_expression type: (identifier) @type) @created

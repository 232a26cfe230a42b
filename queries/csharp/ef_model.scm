; Functions that are given the builder of a model or of an entity; which of them are is told by their parameters.
(parameter type: (identifier) @builder)
(parameter type: (generic_name) @builder)

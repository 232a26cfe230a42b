; Parameters; those of the type of a builder stand in functions that configure a model or an entity.
(parameter) @parameter

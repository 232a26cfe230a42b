; Classes with what they extend; whether one is an entity is told by its bases, decorators and file.
(class_declaration name: (_) @entity.name) @entity
(abstract_class_declaration name: (_) @entity.name) @entity

; Classes; whether one is an entity is told by its bases, decorators and file.
(class_declaration) @class
(abstract_class_declaration) @class

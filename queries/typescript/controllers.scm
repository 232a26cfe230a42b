; Classes; their decorators tell whether a library serves them.
(class_declaration) @class

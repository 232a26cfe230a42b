; Classes; which of them are migrations is told by their attributes and bases.
(class_declaration) @class

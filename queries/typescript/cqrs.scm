; Classes; decorators and methods are read from the class itself, because the grammar puts decorators in four places.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class

; Classes that may hold a state machine; what is called in them is looked at in the reader.
(class_declaration) @class

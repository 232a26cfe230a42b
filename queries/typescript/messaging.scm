; Calls: those that may send or receive a message are told in the extractor. Classes for the decorators of handlers.
(call_expression) @call
(class_declaration) @class
(class) @class

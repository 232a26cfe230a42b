; Classes with `@Schema()`, `new Schema({ ... })`, and the calls that make models and indexes of them, told in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
(new_expression) @new
(call_expression) @call

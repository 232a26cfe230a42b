; Classes with `@Schema()`, `new Schema({ ... })`, and the calls that make models and indexes of them.
; Where the names come from is checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
((new_expression constructor: [(identifier) @constructor (member_expression property: (property_identifier) @constructor)]) @schema
  (#match? @constructor "Schema$"))
((call_expression function: (identifier) @function) @call (#eq? @function "model"))
((call_expression function: (member_expression property: (property_identifier) @function)) @call
  (#any-of? @function "model" "index" "createForClass" "discriminator"))

; Classes with `@Table`, the calls that define models and associate them, and the connection.
; Where the names come from is checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
((call_expression function: (member_expression property: (property_identifier) @method)) @call
  (#any-of? @method "define" "init" "belongsTo" "belongsToMany"))
((new_expression constructor: (identifier) @constructor) @store (#eq? @constructor "Sequelize"))

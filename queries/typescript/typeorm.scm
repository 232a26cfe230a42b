; Classes that may be entities, `new EntitySchema({ ... })`, and the keys that only the options of a connection have.
; Where the names come from is checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
((new_expression constructor: (identifier) @constructor) @schema (#eq? @constructor "EntitySchema"))
((pair key: (property_identifier) @key) @option
  (#any-of? @key "entities" "namingStrategy" "synchronize" "autoLoadEntities" "migrations" "migrationsRun"))

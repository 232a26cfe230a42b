; Classes that may be entities; where their decorators come from is checked in the extractor.
(class_declaration) @class
(abstract_class_declaration) @class

; Calls: those that switch a protection on are told in the extractor by their names and the imports of the file.
(call_expression) @call

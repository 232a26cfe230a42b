; Calls: those of commands with a key as first argument are told in the extractor.
(call_expression) @call

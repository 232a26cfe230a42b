; Calls: those that make a client of HTTP or send a request are told in the extractor.
(call_expression) @call

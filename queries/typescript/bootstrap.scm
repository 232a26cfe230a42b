; Calls: those that start a NestJS application or set it up are told in the extractor.
(call_expression) @call

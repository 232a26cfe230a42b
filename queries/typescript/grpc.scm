; Calls and `new`; which of them serve or call a service of gRPC is checked in the extractor.
(call_expression) @call
(new_expression) @new

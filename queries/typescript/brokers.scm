; Calls and what is made with `new`: names and where they come from are checked in the extractor.
(new_expression) @new
(call_expression) @call

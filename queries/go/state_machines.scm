; Calls that may make a state machine; which ones do is told by name.
(call_expression) @call

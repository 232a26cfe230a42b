; Calls that may make a state machine; which ones do is told by name and import.
(call_expression) @call
(new_expression) @call

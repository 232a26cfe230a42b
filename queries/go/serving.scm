; Calls; which of them keep a program running is told by name and import.
(call_expression) @call

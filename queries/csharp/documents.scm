; Calls that ask for stored documents; which of them do is told by their names.
(invocation_expression) @call

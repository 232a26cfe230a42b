; Assignments and calls; which of them give an address to a client is told by their names. Nested patterns take long to compile.
(assignment_expression) @assignment
(invocation_expression) @call

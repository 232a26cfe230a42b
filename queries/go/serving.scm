; Calls of methods and of functions of packages; which of them keep a program running is told by name and import.
(call_expression
  function: (selector_expression field: (field_identifier) @method)) @call

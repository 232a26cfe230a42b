; What is taken out of something by a key, and calls that may ask for a setting.
(element_access_expression) @access
(invocation_expression) @call

; Calls that make a client of HTTP or send a request; where they come from is checked in the extractor.
((call_expression function: [
    (member_expression property: (property_identifier) @method)
    (await_expression (member_expression property: (property_identifier) @method))]) @call
  (#any-of? @method "create" "extend" "get" "post" "put" "patch" "delete" "head" "request"))
((call_expression function: [(identifier) @method (await_expression (identifier) @method)]) @call
  (#any-of? @method "fetch" "axios" "got" "ky" "ofetch" "request"))

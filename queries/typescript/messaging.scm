; Calls that may send or receive a message, by the beginning of the method's name; what they are called on is checked in the extractor.
; The grammar reads `await a.b<T>()` as a call of what was awaited. Classes for the decorators of handlers.
((call_expression function: [
    (member_expression property: (property_identifier) @method)
    (await_expression (member_expression property: (property_identifier) @method))]) @call
  (#match? @method "^(emit|send|publish|produce|request|dispatch|enqueue|queue|add|subscribe|psubscribe|consume|bindQueue|x[aA]dd|x[rR]ead)|[nN]ats|[kK]afka|[rR]abbit|[aA]mqp|[rR]pc|Message|Event"))
; JetStream keeps messages in streams, which consumers read: `jsm.streams.add(config)`, `js.consumers.get(stream, name)`.
((call_expression function: (member_expression object: (member_expression property: (property_identifier) @part))) @jetstream
  (#any-of? @part "streams" "consumers"))
(class_declaration) @class
(class) @class

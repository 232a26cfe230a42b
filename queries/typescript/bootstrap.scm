; Calls that start a NestJS application or set it up. Their receivers are checked in the extractor.
; The grammar reads `await a.b<T>()` as a call of what was awaited.
((call_expression function: [
    (member_expression property: (property_identifier) @method)
    (await_expression (member_expression property: (property_identifier) @method))]) @call
  (#any-of? @method "create" "createMicroservice" "createApplicationContext" "run" "runWithoutClosing" "createWithoutRunning"
    "setGlobalPrefix" "enableVersioning" "connectMicroservice" "listen" "listenAsync" "useGlobalGuards"))
; Calls of a function by a name that starts applications; where it comes from is checked in the extractor.
((call_expression function: (identifier) @function) @starter
  (#match? @function "^(bootstrap|start|launch|serve)"))

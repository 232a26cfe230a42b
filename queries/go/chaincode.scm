; Calls and methods: events of chaincode, and the method that tells its functions apart, are told by their names.
(call_expression) @call
(method_declaration) @method

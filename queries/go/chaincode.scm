; Events of chaincode, and the method that tells its functions apart.
(call_expression function: (selector_expression field: (field_identifier) @method (#eq? @method "SetEvent"))) @event
(method_declaration name: (field_identifier) @name (#eq? @name "Invoke")) @invoke

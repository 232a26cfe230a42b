; Messages and jobs of services that are asked by commands or by name; where the names come from is checked in the extractor.
((new_expression constructor: (identifier) @constructor) @new
  (#any-of? @constructor "SendMessageCommand" "SendMessageBatchCommand" "ReceiveMessageCommand" "PublishCommand" "PublishBatchCommand"))
((call_expression function: (member_expression property: (property_identifier) @method)) @call
  (#any-of? @method "createFunction" "define" "every" "now" "publishMessage" "publish" "on" "create" "start" "execute" "signalWithStart" "addJob" "sendMessage" "receiveMessage" "send"))
((call_expression function: (identifier) @method) @call (#any-of? @method "quickAddJob"))

; Addresses that are given to clients, and clients that are made for an address.
(assignment_expression left: (_) @set right: (_) @address)
(invocation_expression function: (member_access_expression expression: (identifier) @maker name: (_) @made) arguments: (argument_list . (argument) @given))

; Methods of a migration; which of them go forward is told by their names.
(method_declaration) @method

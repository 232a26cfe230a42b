; Methods of a migration; which of them go forward is told by their names.
(method_declaration) @method
; Classes: a migration may be no more than an attribute that names a script.
(class_declaration) @class

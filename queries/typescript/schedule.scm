; Classes; decorators and methods are read from the class itself, because the grammar puts decorators in four places.
(class_declaration) @class
(abstract_class_declaration) @class
(class) @class
; `cron.schedule('* * * * *', run)`, `new CronJob('* * * * *', run)`: what they belong to is checked in the extractor.
(call_expression) @call
(new_expression) @new

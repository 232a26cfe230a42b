; Calls that switch a protection on. Which library a name comes from is checked against the imports of the file.
(call_expression
  function: (identifier) @call
  (#any-of? @call "helmet" "cors" "rateLimit" "slowDown" "csurf" "csrf" "doubleCsrf"))

(call_expression
  function: (member_expression property: (property_identifier) @method)
  (#any-of? @method "enableCors" "useGlobalPipes" "constructEvent" "constructEventAsync"))

(call_expression
  function: (member_expression object: (identifier) @library property: (property_identifier) @action)
  (#any-of? @library "bcrypt" "bcryptjs" "argon2")
  (#any-of? @action "hash" "hashSync"))

(call_expression
  function: (member_expression property: (property_identifier) @register)
  arguments: (arguments . (identifier) @plugin)
  (#eq? @register "register")
  (#any-of? @plugin "helmet" "fastifyHelmet" "cors" "fastifyCors" "fastifyRateLimit" "fastifyCsrf" "fastifyCsrfProtection"))

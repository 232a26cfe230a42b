; The whole file: statements are followed in order, because what is called on what decides what a server answers.
(program) @program

;; Asks for what every JavaScript object has, as a module.
(module (import "__proto__" "constructor" (func)))

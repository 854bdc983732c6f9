;; Asks for what every JavaScript object has.
(module (import "extism:host/env" "constructor" (func)))

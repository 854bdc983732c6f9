;; Never finishes its start section.
(module (func $begin (loop $again (br $again))) (start $begin))

;; Wants the host to bring a memory, which nobody would cap.
(module (import "extism:host/env" "memory" (memory 1)))

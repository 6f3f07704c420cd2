;;; emacs.el --- what the tests do in Emacs  -*- lexical-binding: t -*-

;; emacs --batch -l emacs.el CASE FILE COMMAND...: runs `check-CASE' in a buffer of FILE with the
;; server COMMAND; prints "passed", or fails with what it expected.

(package-initialize)
(require 'eglot)
(require 'python)

(defvar check-server nil "The connection.")
(setq last-nonmenu-event ?a
      make-backup-files nil
      eglot-autoreconnect nil
      eglot-confirm-server-initiated-edits nil)

(defun check-until (what look)
  "Wait until LOOK returns non-nil; fail with WHAT."
  (let ((end (+ (float-time) 20)) seen)
    (while (not (setq seen (funcall look)))
      (when (> (float-time) end)
        (error "Expected %s; the buffer is %S" what (buffer-string)))
      (accept-process-output nil 0.05))
    seen))

(defun check-equal (expected actual)
  "Fail unless ACTUAL is EXPECTED."
  (unless (equal expected actual)
    (error "Expected %S, not %S" expected actual)))

(defun check-start (file command)
  "Visit FILE and start the server COMMAND for it."
  (find-file file)
  (python-mode)
  (let ((inhibit-message t))
    (eglot '(python-mode) (cons 'transient default-directory) 'eglot-lsp-server command "python"))
  (setq check-server (check-until "a server" #'eglot-current-server)))

(defun check-request (method params)
  "What the server answers to METHOD with PARAMS, of the buffer as it is now."
  (eglot--signal-textDocument/didChange)
  (jsonrpc-request check-server method params :timeout 20))

(defun check-command (name &rest arguments)
  "Run the command NAME of the server."
  (check-request :workspace/executeCommand
                `(:command ,name :arguments ,(vconcat arguments))))

(defun check-place ()
  "The document and the cursor, as the server's commands take them."
  (let ((place (eglot--TextDocumentPositionParams)))
    (append (plist-get place :textDocument) (list :position (plist-get place :position)))))

(defun check-insert ()
  "The completions at point, after the last of them was inserted."
  (goto-char (point-max))
  (eglot--signal-textDocument/didChange)
  (let ((before (buffer-string)))
    (check-until "a completion"
                (lambda () (completion-at-point) (not (equal before (buffer-string)))))))

(defun check-menu ()
  "The suggestion is a completion."
  (goto-char (point-max))
  (insert "\narea = ")
  (check-equal "No suggestion has been requested yet." (check-command "fimble.whyNoSuggestion"))
  (check-insert)
  (check-equal "area = width * height" (buffer-substring (line-beginning-position) (point))))

(defun check-inline ()
  "The raw request for ghost text is answered in the client's encoding."
  (goto-char (point-max))
  (insert "\n🙂 = ")
  (let* ((place (eglot--TextDocumentPositionParams))
         (answer (check-request :textDocument/inlineCompletion
                               (append place '(:context (:triggerKind 1)))))
         (item (aref (plist-get answer :items) 0)))
    (check-equal "'é'" (plist-get item :insertText))
    (check-equal (plist-get place :position) (plist-get (plist-get item :range) :start))))

(defun check-positions ()
  "Emoji, combining characters, tabs and CRLF before the cursor."
  (dolist (line '("\"🙂🙂\"; area = " "\"e\u0301\"; area = " "\tarea = "))
    (set-buffer-file-coding-system 'utf-8-dos)
    (erase-buffer)
    (insert "first\n" line)
    (check-insert)
    (check-equal (concat line "width * height")
                (buffer-substring (line-beginning-position) (point)))))

(defun check-fix ()
  "A quick fix is applied by a command: this eglot resolves nothing; then undone in one step."
  (erase-buffer)
  (insert "def degrees(radians):\n    return radians * 180 / math.pi\n")
  (let* ((range '(:start (:line 1 :character 27) :end (:line 1 :character 31)))
         (finding `(:range ,range :message "Undefined name `math`" :code "F821" :source "Ruff"))
         (actions (check-request :textDocument/codeAction
                                 `(:textDocument ,(eglot--TextDocumentIdentifier) :range ,range
                                   :context (:diagnostics [,finding] :only ["quickfix"]))))
         (command (plist-get (aref actions 0) :command)))
    (undo-boundary)
    (eglot-execute-command check-server (intern (plist-get command :command))
                           (plist-get command :arguments))
    (check-until "the import" (lambda () (string-prefix-p "import math\n" (buffer-string))))
    (undo-boundary)
    (undo)
    (check-equal "def degrees" (buffer-substring 1 12))))

(defun check-stale ()
  "An edit for a version that the buffer has left behind is refused."
  (let ((before (buffer-string))
        (change [(:range (:start (:line 0 :character 0) :end (:line 0 :character 0)) :newText "x")]))
    (condition-case nil
        (eglot--apply-workspace-edit
         `(:documentChanges
           [(:textDocument (:uri ,(eglot--path-to-uri buffer-file-name) :version 999)
             :edits ,change)]))
      (error nil))
    (check-equal before (buffer-string))))

(defun check-restart ()
  "A killed server is started again by the command `eglot'."
  (signal-process (jsonrpc--process check-server) 9)
  (check-until "its end" (lambda () (not (eglot-current-server))))
  (check-start check-file check-server-command)
  (check-equal "No suggestion has been requested yet." (check-command "fimble.whyNoSuggestion")))

(defvar check-file (nth 1 command-line-args-left))
(defvar check-server-command (nthcdr 2 command-line-args-left))

(let ((name (car command-line-args-left)))
  (check-start check-file check-server-command)
  (funcall (intern (concat "check-" name)))
  (set-buffer-modified-p nil)
  (eglot-shutdown check-server)
  (princ "passed")
  (kill-emacs 0))

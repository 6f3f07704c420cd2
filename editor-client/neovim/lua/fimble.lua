-- Fimble for Neovim 0.10 and newer: starts the server, shows ghost text, runs commands.
--
--   require('fimble').setup {}
--
-- From 0.12 on the ghost text is Neovim's own (vim.lsp.inline_completion); before, it is drawn here
-- over the same request. Everything that decides anything is in the server.

local next_edit = require 'fimble.next_edit'

local M = {}

local NAME = 'fimble'
local METHOD = 'textDocument/inlineCompletion'
local AUTOMATIC = 2

local defaults = {
  cmd = { 'fimble', 'serve', '--stdio' },
  filetypes = nil, -- a list; nil: every buffer with a filetype and a file or a name
  settings = {}, -- see docs/settings.md, for example { debounce_ms = 100 }
  keys = { accept = '<Tab>', next_edit = '<Tab>', dismiss = '<C-]>' }, -- false: none
  native = vim.fn.has 'nvim-0.12' == 1, -- whether Neovim draws the ghost text
  drafts = true, -- whether code from words is shown in a window while it is written
}

local options = defaults
local status = { state = 'stopped', message = '' }
local shown = nil -- { client, bufnr, item, mark }: what is drawn here
local draft = nil -- { buffer, window }: what the model writes now
local namespace = vim.api.nvim_create_namespace 'fimble'

local function client_of(bufnr)
  local list = vim.lsp.get_clients and vim.lsp.get_clients or vim.lsp.get_active_clients
  return list({ name = NAME, bufnr = bufnr })[1]
end

-- Up to 0.10 a client's functions do not take the client.
local function call(client, name, ...)
  if vim.fn.has 'nvim-0.11' == 1 then return client[name](client, ...) end
  return client[name](...)
end

local function text_of(item)
  return type(item.insertText) == 'table' and item.insertText.value or item.insertText
end

function M.dismiss()
  if not shown then return false end
  pcall(vim.api.nvim_buf_clear_namespace, shown.bufnr, namespace, 0, -1)
  shown = nil
  return true
end

local function draw(client, bufnr, item)
  M.dismiss()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(text_of(item), '\n', { plain = true })
  local below = {}
  for index = 2, #lines do
    below[#below + 1] = { { lines[index], 'Comment' } }
  end
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row - 1, column, {
    virt_text = { { lines[1], 'Comment' } },
    virt_text_pos = 'inline',
    virt_lines = #below > 0 and below or nil,
  })
  shown = { client = client, bufnr = bufnr, item = item }
  call(client, 'notify', 'textDocument/didShowCompletion', { item = item })
end

local function ask()
  M.dismiss()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of(bufnr)
  if not client then return end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = AUTOMATIC }
  local cursor, tick = vim.api.nvim_win_get_cursor(0), vim.b[bufnr].changedtick
  call(client, 'request', METHOD, params, function(_, result)
    local items = result and (result.items or result)
    local here = vim.api.nvim_get_current_buf() == bufnr and vim.b[bufnr].changedtick == tick
    if not (here and items and items[1] and vim.fn.mode():match '^i') then return end
    if vim.deep_equal(cursor, vim.api.nvim_win_get_cursor(0)) then draw(client, bufnr, items[1]) end
  end, bufnr)
end

local function run(client, bufnr, command, arguments, done)
  local params = { command = command, arguments = arguments }
  call(client, 'request', 'workspace/executeCommand', params, done or function() end, bufnr)
end

local function take()
  local it = shown
  if not it then return end
  M.dismiss()
  local text = text_of(it.item)
  vim.lsp.util.apply_text_edits({ { range = it.item.range, newText = text } }, it.bufnr, it.client.offset_encoding)
  local lines = vim.split(text, '\n', { plain = true })
  local row = it.item.range.start.line + #lines
  local before = vim.lsp.util._get_line_byte_from_position
  local first = #lines == 1 and before(it.bufnr, it.item.range.start, it.client.offset_encoding) or 0
  vim.api.nvim_win_set_cursor(0, { row, first + #lines[#lines] })
  local command = it.item.command
  if command then run(it.client, it.bufnr, command.command, command.arguments) end
end

-- Takes the suggestion; false if there is none.
function M.accept()
  if options.native then return vim.lsp.inline_completion.get() end
  if not shown then return false end
  vim.schedule(take)
  return true
end

-- What a key does: the first of the actions that has something to do, or what it did before.
local function map(mode, key, actions)
  if not key then return end
  vim.keymap.set(mode, key, function()
    for _, action in ipairs(actions) do
      local done = action()
      if done then return type(done) == 'string' and done or '' end
    end
    return key
  end, { expr = true, replace_keycodes = true, desc = 'Fimble' })
end

-- A key's command for the next edit: an expression may change no text.
local function next_edit_command()
  return next_edit.wants_key() and "<Cmd>lua require('fimble.next_edit').next()<CR>"
end

local function dismiss_command()
  return next_edit.is_shown() and "<Cmd>lua require('fimble.next_edit').dismiss()<CR>"
end

local function walk_command()
  return next_edit.is_walked() and next_edit_command()
end

local function map_keys(keys)
  local same = keys.accept == keys.next_edit
  map('i', keys.accept, same and { walk_command, M.accept, next_edit_command } or { M.accept })
  if not same then map('i', keys.next_edit, { next_edit_command }) end
  map('n', keys.next_edit, { next_edit_command })
  map('i', keys.dismiss, options.native and { dismiss_command } or { M.dismiss, dismiss_command })
  map('n', '<Esc>', { dismiss_command })
end

-- Ghost text of 0.12, or ours; next edits.
local function attach(client, bufnr)
  next_edit.attach(bufnr, { client_of = client_of, call = call, run = run, key = options.keys.next_edit })
  if options.native then
    vim.lsp.inline_completion.enable(true, { bufnr = bufnr })
    return
  end
  local group = vim.api.nvim_create_augroup('fimble.' .. bufnr, {})
  vim.api.nvim_create_autocmd({ 'TextChangedI', 'CursorMovedI', 'InsertEnter' }, {
    group = group,
    buffer = bufnr,
    callback = ask,
  })
  vim.api.nvim_create_autocmd('InsertLeave', { group = group, buffer = bufnr, callback = M.dismiss })
end

local function open_draft(language)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].syntax = language
  local window = vim.api.nvim_open_win(buffer, false, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = math.max(20, math.min(88, vim.o.columns - 4)),
    height = math.max(1, math.min(12, vim.o.lines - 6)),
    style = 'minimal',
    border = 'rounded',
    title = ' Draft, not checked yet ',
    focusable = false,
  })
  return { buffer = buffer, window = window }
end

-- Shows what the model writes, before it is checked; what passes comes as an edit.
local function on_draft(_, said)
  if said.done then
    if draft then pcall(vim.api.nvim_win_close, draft.window, true) end
    draft = nil
  elseif options.drafts then
    draft = draft or open_draft(said.languageId)
    if not vim.api.nvim_win_is_valid(draft.window) then return end
    local lines = vim.split(said.text, '\r?\n')
    vim.api.nvim_buf_set_lines(draft.buffer, 0, -1, false, lines)
    vim.api.nvim_win_set_cursor(draft.window, { #lines, 0 })
  end
end

local function start(bufnr)
  if vim.bo[bufnr].buftype ~= '' or vim.bo[bufnr].filetype == '' then return end
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  vim.lsp.start({
    name = NAME,
    cmd = options.cmd,
    cmd_cwd = vim.env.VIMRUNTIME, -- not the workspace: `python -m` would take its modules from there
    root_dir = vim.fn.getcwd(),
    capabilities = capabilities,
    init_options = options.settings,
    settings = { fimble = options.settings },
    on_attach = attach,
    handlers = {
      ['$/fimble/status'] = function(_, said) status = said end,
      ['$/fimble/draft'] = on_draft,
    },
    on_exit = function()
      status = { state = 'stopped', message = '' }
      vim.schedule(function()
        on_draft(nil, { done = true })
        next_edit.clear()
      end)
    end,
  }, { bufnr = bufnr })
end

-- What the server does, for a status line: 'loading', 'idle', 'busy', 'paused', 'error', 'stopped'.
function M.status()
  return status.state, status.message
end

function M.restart()
  local client = client_of(nil)
  local buffers = client and vim.tbl_keys(client.attached_buffers) or { vim.api.nvim_get_current_buf() }
  if client then
    call(client, 'stop', true)
    vim.wait(3000, function() return call(client, 'is_stopped') end, 20)
  end
  vim.tbl_map(start, buffers)
end

-- Pauses or resumes; returns whether suggestions come while typing.
function M.toggle()
  options.settings.enabled = options.settings.enabled == false
  local client = client_of(nil)
  if client then
    call(client, 'notify', 'workspace/didChangeConfiguration', { settings = { fimble = options.settings } })
  end
  return options.settings.enabled
end

-- Runs a command of the server here: execute('whyNoSuggestion').
function M.execute(name, arguments, range)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of(bufnr)
  if not client then return vim.notify('Fimble is not running here.', vim.log.levels.WARN) end
  local place = { uri = vim.uri_from_bufnr(bufnr), version = vim.lsp.util.buf_versions[bufnr] }
  if range then
    local given = vim.lsp.util.make_given_range_params({ range[1], 0 }, { range[2], 1e6 }, bufnr, client.offset_encoding)
    place.range = given.range
  else
    place.position = vim.lsp.util.make_position_params(0, client.offset_encoding).position
  end
  local all = vim.tbl_extend('force', place, arguments or {})
  run(client, bufnr, 'fimble.' .. name, { all }, function(error, result)
    local said = error and error.message or result
    if type(said) == 'table' then said = said.message or said.summary end
    if type(said) == 'string' and said ~= '' then vim.notify('Fimble: ' .. said) end
  end)
end

local function commands()
  local client = client_of(0)
  local all = client and client.server_capabilities.executeCommandProvider
  local names = vim.list_extend({ 'restart', 'toggle' }, vim.tbl_keys(next_edit.commands))
  for _, command in ipairs(all and all.commands or {}) do
    names[#names + 1] = command:match '^fimble%.(.+)$'
  end
  return names
end

local function user_command(given)
  local name, rest = given.fargs[1], table.concat(given.fargs, ' ', 2)
  if name == 'restart' then return M.restart() end
  if name == 'toggle' then return M.toggle() end
  if next_edit.commands[name] then return next_edit.commands[name]() end
  local range = given.range == 2 and { given.line1, given.line2 } or nil
  M.execute(name, rest ~= '' and { instruction = rest } or nil, range)
end

function M.setup(given)
  options = vim.tbl_deep_extend('force', vim.deepcopy(defaults), given or {})
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('fimble', {}),
    pattern = options.filetypes or '*',
    callback = function(event) start(event.buf) end,
  })
  vim.api.nvim_create_user_command('Fimble', user_command, {
    nargs = '+',
    range = true,
    complete = function() return commands() end,
  })
  map_keys(options.keys)
end

return M
